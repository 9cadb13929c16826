-- Identities after a fork, in every projection that keeps facts by identity.

-- name: add_alias
-- Enters that a claimed identity means another one in this stream.
insert or ignore into alias (stream, claimed, id) values (?, ?, ?);

-- name: alias
-- Gives what a claimed identity means in a stream, when that is not itself.
select id from alias where stream = ? and claimed = ?;
