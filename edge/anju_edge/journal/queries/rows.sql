-- The rows of one lane; `table` is the lane's, as in `ROW_TABLE`. A row's key names the last event that it holds.

-- name: insert_row
-- Enters a row. The store appends further `(?, ?, ?)`, so that one step enters many.
insert into {table} (key, crc, data) values (?, ?, ?);

-- name: list_rows
-- The rows in a range of keys, ascending.
select key, crc, data from {table} where key between ? and ? order by key;

-- name: list_rows_after
-- So many rows after a key, ascending.
select key, crc, data from {table} where key > ? order by key limit ?;

-- name: last_key
-- The highest key in a range.
select key from {table} where key between ? and ? order by key desc limit 1;

-- name: delete_rows
-- Removes the rows in a range of keys.
delete from {table} where key between ? and ?;
