-- Incidents, and steps that wait for theirs.

-- name: digest
-- Gives the digest of the incident that is kept under a key.
select digest from incident where id = ?;

-- name: held
-- Gives an incident and its community.
select bytes, community from incident where id = ?;

-- name: before
-- Gives the incident of a device before a position, received after a time.
select bytes from incident
where community = ? and device = ? and pos < ? and received_ms > ?
order by pos desc
limit 1;

-- name: open_of_rule
-- Gives the newest open incident of a rule about a device of a box.
select id, bytes from incident
where is_open = 1 and box = ? and community = ? and rule = ? and device = ?
order by pos desc
limit 1;

-- name: add_incident
-- Enters an incident.
insert into incident
  (id, pos, community, box, device, rule, is_open, mark, received_ms, changed_ms, digest, bytes)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: set_joined
-- Keeps an incident that another press joined.
update incident set bytes = ?, changed_ms = max(changed_ms, ?) where id = ?;

-- name: set_repeated
-- Keeps an incident that the hub itself repeats.
update incident set bytes = ?, changed_ms = ? where id = ?;

-- name: set_stepped
-- Keeps an incident after a step.
update incident set bytes = ?, is_open = ?, changed_ms = max(changed_ms, ?) where id = ?;

-- name: add_pending
-- Keeps a step until its incident comes.
insert or ignore into pending (incident, pos, community, received_ms, by_hub, bytes) values (?, ?, ?, ?, ?, ?);

-- name: pending_steps
-- Gives the steps that wait for an incident, in order of arrival.
select received_ms, by_hub, bytes from pending where incident = ? and community = ? order by pos;

-- name: drop_pending
-- Deletes the steps that waited for an incident.
delete from pending where incident = ?;

-- name: by_key
-- Gives the incident of a key.
select bytes, pos, received_ms, changed_ms, rule from incident where id = ?;

-- name: still_open
-- Gives the incidents that need people, in order of arrival.
select bytes, pos, received_ms, changed_ms, rule from incident where is_open = 1 order by pos;

-- name: newly_closed
-- Gives closed incidents that changed after a time, the newest first.
select bytes, pos, received_ms, changed_ms, rule from incident
where is_open = 0 and changed_ms > ?
order by pos desc
limit ?;

-- name: closed_before
-- Gives closed incidents but those of one mark that changed after a time, from a position back, the newest first.
select bytes, pos, received_ms, changed_ms, rule from incident
where is_open = 0 and mark <> ? and changed_ms > ? and pos < ?
  and (? is null or community in (select value from json_each(?)))
order by pos desc
limit ?;

-- name: newest
-- Gives incidents, the newest first.
select bytes, pos, received_ms, changed_ms, rule from incident
where (? is null or community in (select value from json_each(?)))
order by pos desc
limit ?;

-- name: newest_of_mark
-- Gives incidents of one mark, the newest first.
select bytes, pos, received_ms, changed_ms, rule from incident
where mark = ? and (? is null or community in (select value from json_each(?)))
order by pos desc
limit ?;
