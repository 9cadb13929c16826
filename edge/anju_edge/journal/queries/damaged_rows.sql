-- The rows of one lane in a damaged file; `table` is the lane's, as in `ROW_TABLE`.

-- name: count_keys
-- How many keys there are in a range, at most so many, and the first and last of these.
select count(*), min(key), max(key)
  from (select key from {table} where key between ? and ? order by key limit ?);

-- name: list_keys
-- The keys in a range, ascending.
select key from {table} where key between ? and ? order by key;

-- name: list_rows
-- The rows in a range of keys, ascending.
select key, crc, data from {table} where key between ? and ? order by key;

-- name: first_row
-- The first row in a range of keys.
select key, crc, data from {table} where key between ? and ? order by key limit 1;

-- name: first_key
-- The lowest key in a range.
select min(key) from {table} where key between ? and ?;
