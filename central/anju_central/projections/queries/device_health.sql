-- What one boot of a box heard of a device; each statement keeps the newest, in any order of arrival.

-- name: add_heard
-- Counts events of a device and keeps its newest stamp.
insert into device (box, device, boot, events, heard_ms, heard) values (?, ?, ?, ?, ?, ?)
on conflict do update set
  events = events + excluded.events,
  heard = case when excluded.heard_ms >= heard_ms then excluded.heard else heard end,
  heard_ms = max(heard_ms, excluded.heard_ms);

-- name: set_battery
-- Keeps the newest battery level of a device; its row is there, by add_heard.
insert into device (box, device, boot, battery_pct, battery_ms, heard_ms, heard) values (?, ?, ?, ?, ?, ?, ?)
on conflict do update set battery_pct = excluded.battery_pct, battery_ms = excluded.battery_ms
where battery_ms <= excluded.battery_ms;

-- name: set_state
-- Keeps the newest state of a device; its row is there, by add_heard.
insert into device (box, device, boot, state, state_ms, heard_ms, heard) values (?, ?, ?, ?, ?, ?, ?)
on conflict do update set state = excluded.state, state_ms = excluded.state_ms
where state_ms <= excluded.state_ms;

-- name: devices
-- Gives what was heard of a box's devices, boot by boot.
select device, events, heard, battery_pct from device where box = ?;
