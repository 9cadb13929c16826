-- Boxes, their boots and the anchors of their clocks.

-- name: heard_by_alarm
-- Notes when a box was last heard and counts its alarm events.
insert into box (box, community, last_received_ms, alarm_events) values (?, ?, ?, ?)
on conflict do update set
  last_received_ms = max(last_received_ms, excluded.last_received_ms),
  alarm_events = alarm_events + excluded.alarm_events;

-- name: heard_by_activity
-- Notes when a box was last heard and counts its activity events.
insert into box (box, community, last_received_ms, activity_events) values (?, ?, ?, ?)
on conflict do update set
  last_received_ms = max(last_received_ms, excluded.last_received_ms),
  activity_events = activity_events + excluded.activity_events;

-- name: heard_by_telemetry
-- Notes when a box was last heard and counts its telemetry events.
insert into box (box, community, last_received_ms, telemetry_events) values (?, ?, ?, ?)
on conflict do update set
  last_received_ms = max(last_received_ms, excluded.last_received_ms),
  telemetry_events = telemetry_events + excluded.telemetry_events;

-- name: set_roster
-- Keeps what a box last said of its roster.
update box set roster = ? where box = ?;

-- name: widen_boot
-- Enters a boot, or widens what was seen of it.
insert into boot (box, boot, first_ms, last_ms, first_received_ms) values (?, ?, ?, ?, ?)
on conflict do update set
  first_ms = min(first_ms, excluded.first_ms),
  last_ms = max(last_ms, excluded.last_ms),
  first_received_ms = min(first_received_ms, excluded.first_received_ms);

-- name: begin_boot
-- Keeps what a box said at the beginning of a boot; the first position holds.
update boot
set software = ?, cause = ?, began_pos = iif(began_pos < 0, ?, began_pos)
where box = ? and boot = ?;

-- name: set_health
-- Keeps the newest health of a boot.
update boot set health = ?1, health_ms = ?2 where box = ?3 and boot = ?4 and health_ms <= ?2;

-- name: add_anchor
-- Enters a clock anchor of a box.
insert or ignore into anchor (box, bytes) values (?, ?);

-- name: last_received
-- Gives when each box was last heard.
select box, last_received_ms from box;

-- name: boots
-- Gives all boots, of each box in the order of their first sight.
select box, boot, first_ms, last_ms, began_pos from boot order by box, first_received_ms, boot;

-- name: anchors
-- Gives all clock anchors.
select box, bytes from anchor order by box, bytes;

-- name: roster
-- Gives what a box last said of its roster.
select roster from box where box = ?;

-- name: software
-- Gives the software of a box's newest boot that named one.
select software from boot where box = ? and software <> '' order by first_received_ms desc limit 1;
