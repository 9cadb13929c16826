-- How far each log of the event store is folded, in the same transaction as what was folded.
create table position (log text primary key, pos integer not null) without rowid;
create table origin (epoch blob not null);

create table box (
  box text primary key,
  community text not null,
  last_received_ms integer not null default 0,
  alarm_events integer not null default 0,
  activity_events integer not null default 0,
  telemetry_events integer not null default 0,
  roster blob                                -- last RosterApplied
) without rowid;

-- One start of a box. Elapsed times span what was seen of it; everything keeps its highest, in any order of arrival.
create table boot (
  box text not null,
  boot integer not null,                     -- as signed 64 bits
  first_ms integer not null,
  last_ms integer not null,
  first_received_ms integer not null,
  software text not null default '',
  cause text not null default '',
  health blob,
  health_ms integer not null default -1,
  primary key (box, boot)
) without rowid;

create table anchor (
  box text not null,
  bytes blob not null,
  primary key (box, bytes)
) without rowid;
