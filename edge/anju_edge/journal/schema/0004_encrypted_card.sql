-- oldest_reader: 1
-- From here on rows may be encrypted (see docs/adr/0019). Software that knows nothing of it may use the file: it finds
-- the highest numbers as before, takes what is encrypted for damaged rows and says their events as lost.

-- The keys of this box's starts, in order, each wrapped to the hub's public key; gone with the last row of their start.
create table boot_key (
  number integer primary key,
  id blob not null unique,
  wrapped blob not null
);

-- The running hash at the end of each stream that was written to encrypted: a start without its key goes on from there.
create table head (
  number integer primary key,
  seq integer not null,
  hash blob not null
);
