-- What every projection's file holds beside what is folded: its store's epoch and its cursors.

-- name: origin
-- Gives the epoch of the store that was folded.
select epoch from origin;

-- name: set_origin
-- Keeps the epoch of the store that is folded.
insert into origin (epoch) values (?);

-- name: positions
-- Gives how far each log is folded.
select log, pos from position order by log;

-- name: set_position
-- Moves the cursor of a log.
insert or replace into position (log, pos) values (?, ?);
