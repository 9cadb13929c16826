-- Incidents of this box that nobody has closed, as folded so far.

-- name: list_open_incidents
-- The serialized incidents in the order of their alarms.
select bytes from open_incident order by stream, seq;

-- name: put_open_incident
-- Keeps an incident as it is now.
insert into open_incident (stream, seq, bytes) values (?, ?, ?)
  on conflict (stream, seq) do update set bytes = excluded.bytes;

-- name: delete_open_incident
-- Removes an incident that was closed.
delete from open_incident where stream = ? and seq = ?;
