-- The newest place of a device in one boot of a box; each statement keeps the newest, in any order of arrival.

-- name: set_zone
-- Keeps the newest zone of a device.
insert into place (box, device, boot, zone, receiver, change, at_ms, at, age_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict do update set
  zone = excluded.zone,
  receiver = excluded.receiver,
  change = excluded.change,
  at_ms = excluded.at_ms,
  at = excluded.at,
  age_ms = excluded.age_ms
where at_ms <= excluded.at_ms;

-- name: set_position
-- Keeps the newest position of a device by satellites.
insert into place (box, device, boot, position, position_ms, position_at) values (?, ?, ?, ?, ?, ?)
on conflict do update set
  position = excluded.position,
  position_ms = excluded.position_ms,
  position_at = excluded.position_at
where position_ms <= excluded.position_ms;

-- name: zones
-- Gives the last zones of a box's devices, boot by boot.
select device, zone, at, age_ms from place where box = ? and zone <> '';
