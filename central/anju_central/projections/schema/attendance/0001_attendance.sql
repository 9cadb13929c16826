-- How far each log of the event store is folded, in the same transaction as what was folded.
create table position (log text primary key, pos integer not null) without rowid;
create table origin (epoch blob not null);

create table check_in (
  id blob primary key,                       -- stream and seq (8 bytes, big-endian) of the fact's identity
  pos integer not null,
  community text not null,
  box text not null,
  day text not null,
  resident text not null,
  activity text not null,
  kiosk text not null,
  method integer not null,
  mark integer not null,
  received_ms integer not null,
  at blob not null,                          -- Stamp
  nonce blob not null,
  twin integer not null,                     -- 1 = the same request is counted already
  digest blob not null
) without rowid;
create index check_in_day on check_in (day, community, pos);
create index check_in_nonce on check_in (community, nonce) where nonce <> x'';

create table annulment (
  id blob primary key,                       -- of the check-in
  reason text not null,
  received_ms integer not null
) without rowid;

create table alias (
  stream blob not null,
  claimed blob not null,
  id blob not null,
  primary key (stream, claimed)
) without rowid;
