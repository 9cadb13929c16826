-- Reads a damaged file and gathers, in the new one, the rows found in its pages.

-- name: has_stream_table
-- 1 where the file's first page can be read.
select count(*) from sqlite_schema where name = 'stream';

-- name: next_stream_number
-- The lowest stream number after one.
select min(number) from stream where number > ?;

-- name: get_stream
-- What is kept of one stream.
select number, id, lane, sealed, note, base, base_hash, acked, acked_hash, broken_at from stream where number = ?;

-- name: list_skips
-- All skips, by key.
select key, last, cause, hash from skip order by key;

-- name: create_carved
-- The table of rows found in pages, for the time of a salvage.
create table carved (key integer primary key, crc integer not null, data blob not null);

-- name: insert_carved
-- Keeps a row found in a page, the first of copies.
insert or ignore into carved (key, crc, data) values (?, ?, ?);

-- name: list_carved
-- The rows found in pages, in a range of keys.
select key, crc, data from carved where key between ? and ?;

-- name: first_carved_key
-- The lowest key in a range that was found in a page.
select min(key) from carved where key between ? and ?;

-- name: drop_carved
-- Ends the table of rows found in pages.
drop table carved;

-- name: list_tables
-- The names of all tables.
select name from sqlite_schema where type = 'table';
