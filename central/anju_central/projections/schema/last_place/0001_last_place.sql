-- How far each log of the event store is folded, in the same transaction as what was folded.
create table position (log text primary key, pos integer not null) without rowid;
create table origin (epoch blob not null);

-- The newest place of a device in one boot of a box: by zone (presence, alarms) and by satellites (positions).
create table place (
  box text not null,
  device text not null,
  boot integer not null,
  zone text not null default '',
  receiver text not null default '',
  change integer not null default 0,
  at_ms integer not null default -1,         -- elapsed in that boot
  at blob not null default x'',              -- Stamp of the event that said it
  age_ms integer not null default 0,         -- how old it was in that event
  position blob,
  position_ms integer not null default -1,
  position_at blob not null default x'',
  primary key (box, device, boot)
) without rowid;
