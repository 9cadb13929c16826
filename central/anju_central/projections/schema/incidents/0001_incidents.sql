-- How far each log of the event store is folded, in the same transaction as what was folded.
create table position (log text primary key, pos integer not null) without rowid;
create table origin (epoch blob not null);

create table incident (
  id blob primary key,                       -- stream and seq (8 bytes, big-endian) of the opening event's identity
  pos integer not null,                      -- of the opening event in the ALARM log
  community text not null,
  box text not null,
  device text not null,
  rule text not null,
  is_open integer not null,
  mark integer not null,
  received_ms integer not null,
  changed_ms integer not null,               -- when the hub received the newest step
  digest blob not null,
  bytes blob not null                        -- Incident
) without rowid;
create index incident_pos on incident (pos);
create index incident_device on incident (community, device, pos);
create index incident_open on incident (pos) where is_open = 1;

-- Steps of incidents whose opening event is not here (yet).
create table pending (
  incident blob not null,
  pos integer not null,
  community text not null,
  received_ms integer not null,
  by_hub integer not null,
  bytes blob not null,                       -- IncidentStep with at and ref
  primary key (incident, pos)
) without rowid;

-- After a fork two facts may claim one identity; in `stream` that identity means `id`.
create table alias (
  stream blob not null,
  claimed blob not null,
  id blob not null,
  primary key (stream, claimed)
) without rowid;
