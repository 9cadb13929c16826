-- The emergency file's own book-keeping; what stands in its tables is written by whoever keeps it, in the statements of
-- the journal's side tables.

-- name: get_change
-- The number of the last transaction.
select number from change;

-- name: put_change
-- Numbers a transaction.
update change set number = ?;

-- name: forget_check_ins_before
-- The transaction before is in the journal: nothing of it will be taken back.
delete from check_in_before;

-- name: forget_open_incidents_before
-- The same of incidents.
delete from open_incident_before;

-- name: forget_kept_before
-- The same of values.
delete from kept_before;

-- name: take_back_check_ins
-- Removes the check-ins that the last transaction entered.
delete from check_in where (stream, seq) in (select stream, seq from check_in_before where annulled is null);

-- name: take_back_annulments
-- Puts back those that it annulled.
update check_in set annulled = 0
  where (stream, seq) in (select stream, seq from check_in_before where annulled = 0);

-- name: take_back_incidents
-- Removes the incidents that it touched.
delete from open_incident where (stream, seq) in (select stream, seq from open_incident_before);

-- name: put_back_incidents
-- Enters those again that were there before it.
insert into open_incident (stream, seq, bytes)
  select stream, seq, bytes from open_incident_before where bytes is not null;

-- name: take_back_kept
-- Removes the values that it touched.
delete from kept where key in (select key from kept_before);

-- name: put_back_kept
-- Enters those again that were there before it.
insert into kept (key, value) select key, value from kept_before where value is not null;

-- name: get_kept
-- A value by its name.
select value from kept where key = ?;

-- name: put_kept
-- Keeps a value in place of the one before.
insert into kept (key, value) values (?, ?) on conflict (key) do update set value = excluded.value;

-- name: list_open_incidents
-- The incidents to move from one file into the other.
select stream, seq, bytes from open_incident;

-- name: put_open_incident
-- Enters one of them.
insert into open_incident (stream, seq, bytes) values (?, ?, ?)
  on conflict (stream, seq) do update set bytes = excluded.bytes;

-- name: delete_open_incidents
-- Removes them where they were.
delete from open_incident;

-- name: list_check_ins
-- The check-ins to move from this file into the journal.
select day, activity, token_hash, resident, kiosk, nonce, stream, seq, at_ms, at_text, annulled from check_in;

-- name: put_check_in
-- Enters one of them.
insert or replace into check_in (day, activity, token_hash, resident, kiosk, nonce, stream, seq, at_ms, at_text, annulled)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: delete_check_ins
-- Removes them where they were.
delete from check_in;
