-- How far each log of the event store is folded, in the same transaction as what was folded.
create table position (log text primary key, pos integer not null) without rowid;
create table origin (epoch blob not null);

-- What one boot of a box heard of a device: the newest of each, so that any order of arrival gives the same.
create table device (
  box text not null,
  device text not null,
  boot integer not null,
  events integer not null default 0,
  heard_ms integer not null,                 -- elapsed in that boot
  heard blob not null,                       -- Stamp
  battery_pct integer,
  battery_ms integer not null default -1,
  state blob,                                -- DeviceState
  state_ms integer not null default -1,
  primary key (box, device, boot)
) without rowid;
