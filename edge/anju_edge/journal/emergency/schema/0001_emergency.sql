-- The emergency file: what a box whose card is encrypted must know after a restart without its hub. Who takes the card
-- can read it: see docs/card.md for what it tells and what it never does.

-- As in the journal's side tables, but for the resident, who is left empty, and for what can be guessed (an ID number's
-- hash), in whose place stands a random card's of the same resident, or random bytes.
create table check_in (
  day text not null,
  activity text not null,
  token_hash blob not null,
  resident text not null,
  kiosk text not null,
  nonce blob not null,
  stream blob not null,
  seq integer not null,
  at_ms integer not null,
  at_text text not null default '',
  annulled integer not null default 0,
  primary key (stream, seq)
) without rowid;

create table open_incident (
  stream blob not null,
  seq integer not null,
  bytes blob not null,
  primary key (stream, seq)
) without rowid;

-- The part of the roster that `at_rest.proto` marks so.
create table kept (
  key text primary key,
  value blob not null
) without rowid;

-- The last transaction here. It is written before the journal's, in which its number stands too: where a power cut came
-- in between, it is taken back at the next start by the tables below. They hold what stood here before it; null = none.
create table change (number integer not null);
insert into change (number) values (0);

create table check_in_before (
  stream blob not null,
  seq integer not null,
  annulled integer,
  primary key (stream, seq)
) without rowid;

create table open_incident_before (
  stream blob not null,
  seq integer not null,
  bytes blob,
  primary key (stream, seq)
) without rowid;

create table kept_before (
  key text primary key,
  value blob
) without rowid;

create trigger check_in_new after insert on check_in
  when not exists (select 1 from check_in_before where stream = new.stream and seq = new.seq)
begin
  insert into check_in_before (stream, seq, annulled) values (new.stream, new.seq, null);
end;

create trigger check_in_annulled before update of annulled on check_in
  when not exists (select 1 from check_in_before where stream = old.stream and seq = old.seq)
begin
  insert into check_in_before (stream, seq, annulled) values (old.stream, old.seq, old.annulled);
end;

create trigger open_incident_new after insert on open_incident
  when not exists (select 1 from open_incident_before where stream = new.stream and seq = new.seq)
begin
  insert into open_incident_before (stream, seq, bytes) values (new.stream, new.seq, null);
end;

create trigger open_incident_changed before update on open_incident
  when not exists (select 1 from open_incident_before where stream = old.stream and seq = old.seq)
begin
  insert into open_incident_before (stream, seq, bytes) values (old.stream, old.seq, old.bytes);
end;

create trigger open_incident_gone before delete on open_incident
  when not exists (select 1 from open_incident_before where stream = old.stream and seq = old.seq)
begin
  insert into open_incident_before (stream, seq, bytes) values (old.stream, old.seq, old.bytes);
end;

create trigger kept_new after insert on kept
  when not exists (select 1 from kept_before where key = new.key)
begin
  insert into kept_before (key, value) values (new.key, null);
end;

create trigger kept_changed before update on kept
  when not exists (select 1 from kept_before where key = old.key)
begin
  insert into kept_before (key, value) values (old.key, old.value);
end;
