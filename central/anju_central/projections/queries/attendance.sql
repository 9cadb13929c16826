-- Check-ins and annulments.

-- name: digest
-- Gives the digest of the check-in that is kept under a key.
select digest from check_in where id = ?;

-- name: same_request
-- Gives a row when a check-in of this request is counted already.
select 1 from check_in where community = ? and nonce = ? and nonce <> x'';

-- name: add_check_in
-- Enters a check-in.
insert into check_in
  (id, pos, community, box, day, resident, activity, kiosk, method, mark, received_ms, at, nonce, twin, digest)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_annulment
-- Enters that a check-in was annulled; the first reason holds.
insert or ignore into annulment (id, reason, received_ms) values (?, ?, ?);

-- name: check_in
-- Gives the check-in of a key unless it counts already under another.
select id, community, box, day, resident, activity, kiosk, method, mark, received_ms, at,
  exists (select 1 from annulment a where a.id = check_in.id)
from check_in
where id = ? and twin = 0;

-- name: check_ins_of_day
-- Gives a community's check-ins of a day and those without a day, in order of arrival.
select id, community, box, day, resident, activity, kiosk, method, mark, received_ms, at,
  exists (select 1 from annulment a where a.id = check_in.id)
from check_in
where day in (?, '') and community = ? and twin = 0
order by pos;
