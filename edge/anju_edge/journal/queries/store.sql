-- Streams, skips and hash checkpoints. A key is stream number << 40 | seq; `mark` is the table of hash checkpoints.

-- name: list_streams
-- All that is kept of each stream, oldest first.
select number, id, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at, rehome_after
  from stream
  order by number;

-- name: seal_live_stream
-- Seals a lane's live stream.
update stream set sealed = 1 where lane = ? and sealed = 0;

-- name: insert_stream
-- Enters a new live stream; its two hashes are those of its genesis.
insert into stream (number, id, lane, note, base_hash, acked_hash) values (?, ?, ?, ?, ?, ?);

-- name: insert_salvaged_stream
-- Enters a stream out of a damaged file, sealed.
insert into stream (number, id, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at)
  values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?);

-- name: save_cursor
-- Where a stream's rows begin and how far the hub has confirmed it, with the running hash at both.
update stream set base = ?, base_hash = ?, acked = ?, acked_hash = ? where number = ?;

-- name: set_rehome_after
-- The rows after this one are to move into another stream.
update stream set rehome_after = ? where number = ?;

-- name: end_rehoming
-- Nothing of the stream is left to move.
update stream set rehome_after = null where number = ?;

-- name: set_broken_at
-- From this seq on the running hash is unknown.
update stream set broken_at = ? where number = ?;

-- name: seal_damaged_stream
-- Seals a stream in which damage was found, with the first seq whose running hash is unknown.
update stream set sealed = 1, broken_at = ?, note = 'salvage' where number = ?;

-- name: delete_stream
-- Removes a stream; its rows, skips and checkpoints go by statements of their own.
delete from stream where number = ?;

-- name: skip_at_or_before
-- The last skip that begins in a range of keys.
select key, last, cause, hash from skip where key between ? and ? order by key desc limit 1;

-- name: list_skips
-- The skips that begin in a range of keys, ascending.
select key, last, cause, hash from skip where key between ? and ? order by key;

-- name: get_skip
-- The skip that begins at a key.
select last, cause, hash from skip where key = ?;

-- name: put_skip
-- Enters a skip in place of one that begins at the same key.
insert or replace into skip (key, last, cause, hash) values (?, ?, ?, ?);

-- name: delete_skip
-- Removes the skip that begins at a key.
delete from skip where key = ?;

-- name: delete_skips
-- Removes the skips that begin in a range of keys.
delete from skip where key between ? and ?;

-- name: delete_skips_ending_by
-- Removes the skips that begin in a range of keys and end at a seq or before.
delete from skip where key between ? and ? and last <= ?;

-- name: last_hash_checkpoint
-- The last hash checkpoint in a range of keys.
select key, hash from mark where key between ? and ? order by key desc limit 1;

-- name: put_hash_checkpoint
-- Enters a hash checkpoint in place of one at the same key.
insert or replace into mark (key, hash) values (?, ?);

-- name: delete_hash_checkpoints
-- Removes the hash checkpoints in a range of keys.
delete from mark where key between ? and ?;

-- name: probe
-- Changes nothing, and is written all the same: whether the disk takes a commit.
update schema_reader set oldest_reader = oldest_reader;

-- name: get_head
-- Up to where a stream's running hash is kept in the clear, and the hash.
select seq, hash from head where number = ?;

-- name: put_head
-- Keeps the running hash at a stream's end in place of the one before.
insert into head (number, seq, hash) values (?, ?, ?)
  on conflict (number) do update set seq = excluded.seq, hash = excluded.hash;

-- name: delete_head
-- Removes the running hash at a stream's end.
delete from head where number = ?;

-- name: put_boot_key
-- Keeps a start's wrapped key.
insert or ignore into boot_key (id, wrapped) values (?, ?);

-- name: list_boot_keys
-- The wrapped keys of all starts of which rows may be there, oldest first.
select number, id, wrapped from boot_key order by number;

-- name: delete_boot_keys_before
-- Removes the wrapped keys of starts before one.
delete from boot_key where number < ?;
