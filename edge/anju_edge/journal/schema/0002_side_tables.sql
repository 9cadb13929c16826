-- The box's own tables: what attendance, the incident desk and the rest must find again after a restart. Each row is
-- written in the same transaction as the event it belongs to.

-- One row per check-in, for duplicates, nonces and undo. `day` is the local calendar day of the session, or
-- "unset-<boot>" while the date is unknown; `at_ms` is the box's running time, `at_text` the local "09:02" shown again
-- for a duplicate.
create table check_in (
  day text not null,
  activity text not null,
  token_hash blob not null,
  resident text not null,
  kiosk text not null,
  nonce blob not null,
  stream blob not null,
  seq integer not null,
  at_ms integer not null,
  at_text text not null default '',
  annulled integer not null default 0,
  primary key (stream, seq)
) without rowid;

create index check_in_by_token on check_in (token_hash, day, activity);
create index check_in_by_nonce on check_in (nonce);

-- Incidents of this box that nobody has closed: the serialized Incident, as folded so far.
create table open_incident (
  stream blob not null,
  seq integer not null,
  bytes blob not null,
  primary key (stream, seq)
) without rowid;

create table kv (
  key text primary key,
  value blob not null
) without rowid;
