-- Recent check-ins, for duplicates, nonces and undo.
--
-- None of these uses the indexes check_in_by_token and check_in_by_nonce, which cost about three pages a check-in. They
-- stay: to drop an index moves other root pages, and a salvage relies on these (`_lend_first_page`).

-- name: insert_check_in
-- Enters a check-in, again where its commit failed late.
insert or replace into check_in (day, activity, token_hash, resident, kiosk, nonce, stream, seq, at_ms, at_text, annulled)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0);

-- name: annul_check_in
-- Marks a check-in as undone.
update check_in set annulled = 1 where stream = ? and seq = ?;

-- name: list_recent_check_ins
-- The latest check-ins that stand, newest first.
select token_hash, day, activity, resident, kiosk, nonce, stream, seq, at_ms, at_text
  from check_in
  where annulled = 0
  order by at_ms desc
  limit 2000;

-- name: delete_old_check_ins
-- Removes what happened before a running time.
delete from check_in where at_ms < ?;

-- name: correct_days
-- Puts a run of check-ins on the day that they are known to have been on; what the clock showed then was wrong.
update check_in set day = ?, at_text = '' where stream = ? and seq between ? and ?;
