-- Where in the ACTIVITY log the boot itself was told: boots in their order, whatever else of them came first.
alter table boot add column began_pos integer not null default -1;
