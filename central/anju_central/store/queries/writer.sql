-- What the writer does to a store that it opens.

-- name: make_epoch
-- Gives a new store its epoch; an older one keeps it.
insert or ignore into meta (key, value) values ('epoch', randomblob(16));
