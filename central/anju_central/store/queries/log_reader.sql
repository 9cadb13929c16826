-- The logs in order, for readers beside the writer.

-- name: epoch
-- Gives the store's epoch.
select value from meta where key = 'epoch';

-- name: alarm_head
-- Gives the newest position of the ALARM log, 0 when it is empty.
select coalesce(max(pos), 0) from alarm_log;

-- name: activity_head
-- Gives the newest position of the ACTIVITY log, 0 when it is empty.
select coalesce(max(pos), 0) from activity_log;

-- name: telemetry_head
-- Gives the newest position of the TELEMETRY log, 0 when it is empty.
select coalesce(max(pos), 0) from telemetry_log;

-- name: alarm_rows
-- Gives the facts of the ALARM log behind a position, in order.
select l.pos, s.stream, l.seq, s.box, s.community, s.by_hub, l.received_ms, l.again, l.bytes
from alarm_log l join stream s on s.id = l.stream
where l.pos > ?
order by l.pos
limit ?;

-- name: activity_rows
-- Gives the facts of the ACTIVITY log behind a position, in order.
select l.pos, s.stream, l.seq, s.box, s.community, s.by_hub, l.received_ms, l.again, l.bytes
from activity_log l join stream s on s.id = l.stream
where l.pos > ?
order by l.pos
limit ?;

-- name: telemetry_batches
-- Gives the batches of the TELEMETRY log behind a position, in order.
select l.pos, l.stream, s.box, s.community, l.received_ms, l.again, l.packed, l.bytes
from telemetry_log l join stream s on s.id = l.stream
where l.pos > ?
order by l.pos
limit ?;

-- name: telemetry_batches_of
-- Gives the batches of a community in the TELEMETRY log behind a position, in order.
select l.pos, l.stream, s.box, s.community, l.received_ms, l.again, l.packed, l.bytes
from telemetry_log l join stream s on s.id = l.stream
where l.pos > ? and s.community = ?
order by l.pos
limit ?;

-- name: alarm_received
-- Gives when what is next behind a position of the ALARM log came.
select received_ms from alarm_log where pos > ? order by pos limit 1;

-- name: activity_received
-- Gives when what is next behind a position of the ACTIVITY log came.
select received_ms from activity_log where pos > ? order by pos limit 1;

-- name: telemetry_received
-- Gives when what is next behind a position of the TELEMETRY log came.
select received_ms from telemetry_log where pos > ? order by pos limit 1;
