-- oldest_reader: 1
-- Check-ins with the boot that they were made in, and the clocks of boots: the day that a box named may be corrected.
-- What is folded can be folded again: all check-ins are, so that earlier ones have their boot too.
drop table check_in;
delete from annulment;
delete from alias;
delete from position;

create table check_in (
  id blob primary key,                       -- stream and seq (8 bytes, big-endian) of the fact's identity
  pos integer not null,
  community text not null,
  box text not null,
  day text not null,                         -- as the box named it, empty when it did not know the date
  resident text not null,
  activity text not null,
  kiosk text not null,
  method integer not null,
  mark integer not null,
  received_ms integer not null,
  at blob not null,                          -- Stamp
  nonce blob not null,
  twin integer not null,                     -- 1 = the same request is counted already
  digest blob not null,
  boot integer,                              -- of the stamp, as signed 64 bits; null = folded by older software
  elapsed_ms integer
) without rowid;
create index check_in_day on check_in (day, community, pos);
create index check_in_nonce on check_in (community, nonce) where nonce <> x'';
create index check_in_boot on check_in (box, boot, elapsed_ms);

create table boot_clock (
  box text not null,
  boot integer not null,
  offset_ms integer not null,                -- true time = elapsed_ms + offset_ms
  anchor blob not null,                      -- Anchor
  primary key (box, boot)
) without rowid;
