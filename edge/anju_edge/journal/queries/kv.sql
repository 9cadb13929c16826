-- Small values of the box by name.

-- name: get
-- The value of a key.
select value from kv where key = ?;

-- name: list_values
-- All values.
select value from kv;

-- name: put
-- Keeps a value in place of the one before.
insert into kv (key, value) values (?, ?) on conflict (key) do update set value = excluded.value;

-- name: put_two
-- Keeps two values in place of those before.
insert into kv (key, value) values (?, ?), (?, ?) on conflict (key) do update set value = excluded.value;

-- name: time_of_earlier_runs
-- The running time and the clock's floor.
select key, value from kv where key in ('running_time', 'clock_floor');
