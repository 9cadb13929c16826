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
  (id, pos, community, box, day, resident, activity, kiosk, method, mark, received_ms, at, nonce, twin, digest,
    boot, elapsed_ms)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_annulment
-- Enters that a check-in was annulled; the first reason holds.
insert or ignore into annulment (id, reason, received_ms) values (?, ?, ?);

-- name: check_in
-- Gives the check-in of a key unless it counts already under another.
select id, community, box, day, resident, activity, kiosk, method, mark, received_ms, at,
  exists (select 1 from annulment a where a.id = check_in.id)
from check_in
where id = ? and twin = 0;

-- name: boot_clock
-- Gives the best clock anchor of a boot.
select anchor from boot_clock where box = ? and boot = ?;

-- name: set_boot_clock
-- Keeps the best clock anchor of a boot.
insert into boot_clock (box, boot, offset_ms, anchor) values (?, ?, ?, ?)
on conflict (box, boot) do update set offset_ms = excluded.offset_ms, anchor = excluded.anchor;

-- name: check_ins_of_day
-- Gives what may be a community's check-ins of a day, in order of arrival: those whose box named it or named none, and
-- those that were then (?3 to ?4, UTC ms) by what is known of their boot's clock.
with found as (
  select id from check_in where day in (?1, '') and community = ?2 and twin = 0
  union
  select c.id
  from boot_clock b
    cross join check_in c on c.box = b.box and c.boot = b.boot
      and c.elapsed_ms >= ?3 - b.offset_ms and c.elapsed_ms < ?4 - b.offset_ms
  where c.community = ?2 and c.twin = 0
)
select id, community, box, day, resident, activity, kiosk, method, mark, received_ms, at,
  exists (select 1 from annulment a where a.id = check_in.id)
from check_in
where id in (select id from found)
order by pos;
