-- A re-homed fact by its first identity, for each community: what one community claims says nothing about another's.
create table moved (
  owner text not null,
  origin_stream blob not null,
  origin_seq integer not null,
  digest blob not null,
  stream integer not null,
  seq integer not null,
  primary key (owner, origin_stream, origin_seq, digest)
) without rowid;

insert into moved
  select s.owner, r.origin_stream, r.origin_seq, r.digest, r.stream, r.seq
  from rehomed r join stream s on s.id = r.stream;

drop table rehomed;
