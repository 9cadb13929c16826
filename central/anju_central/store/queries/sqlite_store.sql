-- Questions beside the writer, backup and restore.

-- name: hash_checkpoints
-- Gives the running hashes that are still known of a stream, ascending.
select seq, hash from checkpoint where stream = ? order by seq;

-- name: streams
-- Gives all streams, oldest first.
select stream, box, community, lane, sealed, by_hub, note, seq, events, skipped, lost, quarantined, born_ms, forked_ms
from stream
order by id;

-- name: copy_to
-- Writes a consistent copy of the store to a file.
vacuum into ?;

-- name: renew_epoch
-- Gives a restored store another epoch.
update meta set value = randomblob(16) where key = 'epoch';
