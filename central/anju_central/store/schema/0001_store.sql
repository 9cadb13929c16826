-- The event store: three logs, one for each lane, and beside them what says which numbers of which stream they hold.
-- No secondary index on the logs: cursors, not unique ids, keep facts single, and `run` finds a fact by its number.

create table meta (
  key text primary key,
  value blob not null
) without rowid;

-- A stream and its cursor. owner = community, '' for the hub's own streams: the id alone is not trusted.
create table stream (
  id integer primary key,            -- stands for the 16 bytes in the logs
  owner text not null,
  stream blob not null,
  box text not null,
  community text not null,
  lane integer not null,
  sealed integer not null default 0,
  by_hub integer not null default 0,
  is_foreign integer not null default 0, -- another community owns this id: everything in it is quarantined
  note text not null default '',         -- why the stream was born: install, seal, fork, salvage, import
  born_ms integer not null,
  seq integer not null default 0,        -- the cursor, kept for ever
  hash blob not null default x'',        -- running hash there
  events integer not null default 0,
  skipped integer not null default 0,
  lost integer not null default 0,       -- of the skipped: lost at the hub
  quarantined integer not null default 0,
  forked_ms integer,                     -- last time the box's copy and ours disagreed
  unique (owner, stream)
);

create table alarm_log (
  pos integer primary key,
  stream integer not null,
  seq integer not null,
  received_ms integer not null,
  again integer not null,            -- 1 = re-homed copy of a fact that is here already: never projected
  bytes blob not null
);

create table activity_log (
  pos integer primary key,
  stream integer not null,
  seq integer not null,
  received_ms integer not null,
  again integer not null,
  bytes blob not null
);

-- Accepted batches whole, already cut at the cursor.
create table telemetry_log (
  pos integer primary key,
  stream integer not null,
  first integer not null,
  last integer not null,
  received_ms integer not null,
  count integer not null,
  from_ms integer not null,          -- lowest and highest raw wall time
  to_ms integer not null,
  device_from text not null,         -- lowest and highest device key
  device_to text not null,
  again text not null,               -- JSON list of indexes that are copies of facts that are here already
  packed integer not null,           -- 1 = zstd
  bytes blob not null                -- serialized EventList
);

-- Numbers first..last of a stream lie in its lane's log from `pos` on (rows), or in the batch at `pos` from `at` on.
create table run (
  stream integer not null,
  last integer not null,
  first integer not null,
  pos integer not null,
  at integer not null,
  primary key (stream, last)
) without rowid;

-- Running hashes at batch ends: where two copies of a box's disk went different ways. Thinned with age.
create table checkpoint (
  stream integer not null,
  seq integer not null,
  hash blob not null,
  primary key (stream, seq)
) without rowid;

create table skip (
  stream integer not null,
  first integer not null,
  last integer not null,
  cause integer not null,
  hash_after blob not null,
  received_ms integer not null,
  primary key (stream, first)
) without rowid;

create table quarantine (
  pos integer primary key,
  stream integer not null,
  first integer not null,
  last integer not null,
  reason text not null,
  kind integer not null,
  received_ms integer not null,
  bytes blob not null
);

create table rehomed (
  origin_stream blob not null,
  origin_seq integer not null,
  digest blob not null,
  stream integer not null,
  seq integer not null,
  primary key (origin_stream, origin_seq, digest)
) without rowid;
