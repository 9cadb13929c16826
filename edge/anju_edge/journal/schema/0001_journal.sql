-- oldest_reader: 1
-- The journal: numbered facts of this box until the hub has them.
--
-- A row's key is stream number << 40 | seq. A stream born later has a higher number, so the live stream of a lane
-- always writes at the right edge of its lane's table. No secondary index on any of these.

CREATE TABLE stream (
  number       INTEGER PRIMARY KEY,
  id           BLOB    NOT NULL UNIQUE,             -- 16 bytes
  lane         INTEGER NOT NULL,
  sealed       INTEGER NOT NULL DEFAULT 0,
  note         TEXT    NOT NULL,                    -- why it was born
  base         INTEGER NOT NULL DEFAULT 0,          -- up to here nothing is held any more
  base_hash    BLOB    NOT NULL,                    -- running hash at base
  acked        INTEGER NOT NULL DEFAULT 0,          -- the hub has confirmed up to here (may lag behind)
  acked_hash   BLOB    NOT NULL,
  broken_at    INTEGER,                             -- first seq whose running hash is unknown through damage
  rehome_after INTEGER                              -- a fork is moving the rows after this one
);

CREATE TABLE alarm_row     (key INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE activity_row  (key INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE telemetry_row (key INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);

-- Ranges whose events are gone. `key` holds the first seq.
CREATE TABLE skip (
  key   INTEGER PRIMARY KEY,
  last  INTEGER NOT NULL,
  cause INTEGER NOT NULL,                           -- Skip.Cause in uplink.proto
  hash  BLOB    NOT NULL                            -- running hash at last
);

-- The running hash at every 1,024th seq, so that any other is at most 1,023 links away.
CREATE TABLE mark (key INTEGER PRIMARY KEY, hash BLOB NOT NULL);
