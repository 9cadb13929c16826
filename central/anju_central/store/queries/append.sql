-- Streams with their cursors, the three logs, and what is kept beside them.

-- name: stream
-- Gives one stream's row and how many hash checkpoints it has.
select id, stream, box, community, lane, sealed, is_foreign, seq, hash, events, skipped, lost, quarantined, forked_ms,
  (select count(*) from checkpoint c where c.stream = stream.id)
from stream
where owner = ? and stream = ?;

-- name: is_owned
-- Gives a row when some community owns this stream id already.
select 1 from stream where stream = ? and is_foreign = 0;

-- name: add_stream
-- Enters a new stream and gives its number.
insert into stream (owner, stream, box, community, lane, sealed, by_hub, is_foreign, note, born_ms)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
returning id;

-- name: move_cursor
-- Sets a stream's cursor and counts.
update stream
set seq = ?, hash = ?, sealed = ?, events = ?, skipped = ?, lost = ?, quarantined = ?, forked_ms = ?
where id = ?;

-- name: append_alarm
-- Appends a fact to the ALARM log.
insert into alarm_log (pos, stream, seq, received_ms, again, bytes) values (?, ?, ?, ?, ?, ?);

-- name: append_activity
-- Appends a fact to the ACTIVITY log.
insert into activity_log (pos, stream, seq, received_ms, again, bytes) values (?, ?, ?, ?, ?, ?);

-- name: append_telemetry
-- Appends a batch to the TELEMETRY log.
insert into telemetry_log
  (pos, stream, first, last, received_ms, count, from_ms, to_ms, device_from, device_to, again, packed, bytes)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_to_seq_index
-- Enters where an unbroken stretch of numbers lies.
insert into run (stream, last, first, pos, at) values (?, ?, ?, ?, ?);

-- name: add_hash_checkpoint
-- Enters the running hash at a number.
insert or replace into checkpoint (stream, seq, hash) values (?, ?, ?);

-- name: add_skip
-- Enters numbers whose events never come.
insert into skip (stream, first, last, cause, hash_after, received_ms) values (?, ?, ?, ?, ?, ?);

-- name: add_quarantined
-- Sets content aside that nobody can read.
insert into quarantine (stream, first, last, reason, kind, received_ms, bytes) values (?, ?, ?, ?, ?, ?, ?);

-- name: is_moved
-- Gives a row when this very fact came under its origin's identity before.
select 1 from moved where owner = ? and origin_stream = ? and origin_seq = ? and digest = ?;

-- name: add_moved
-- Enters a re-homed fact by its first identity.
insert into moved (owner, origin_stream, origin_seq, digest, stream, seq) values (?, ?, ?, ?, ?, ?);

-- name: moved_between
-- Gives the re-homed facts whose origin lies in a range of a stream.
select origin_seq, digest from moved where owner = ? and origin_stream = ? and origin_seq between ? and ?;

-- name: find_seq
-- Gives the stretch that holds a number, or the next one behind it.
select first, pos, at from run where stream = ? and last >= ? order by last limit 1;

-- name: alarm_bytes
-- Gives the stored bytes at a position of the ALARM log.
select bytes from alarm_log where pos = ?;

-- name: activity_bytes
-- Gives the stored bytes at a position of the ACTIVITY log.
select bytes from activity_log where pos = ?;

-- name: telemetry_bytes
-- Gives the stored batch at a position of the TELEMETRY log.
select packed, bytes from telemetry_log where pos = ?;

-- name: noted_ms
-- Gives when the hub last raised its alarm of this key.
select value from meta where key = ?;

-- name: set_noted_ms
-- Keeps when the hub last raised its alarm of this key.
insert or replace into meta (key, value) values (?, ?);

-- name: thin_hash_checkpoints
-- Deletes every second of a stream's hash checkpoints but for the newest.
delete from checkpoint
where stream = ?1 and seq in (
  select seq
  from (select seq, row_number() over (order by seq desc) as n from checkpoint where stream = ?1)
  where n > ?2 and n % 2 = 0
);

-- name: count_hash_checkpoints
-- Gives how many hash checkpoints a stream has.
select count(*) from checkpoint where stream = ?;
