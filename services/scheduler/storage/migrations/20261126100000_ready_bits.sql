-- migrate:up
-- A diary's busy times as bits, five minutes each, whole UTC days from the first: what a search reads instead of rows.
create table diary_bits (
    council_id uuid not null,
    resource_id uuid primary key references resource,
    first_day date not null,
    bits bytea not null
);
-- Not compressed: a search reads a few weeks out of a year.
alter table diary_bits alter column bits set storage external;
select enable_tenancy('diary_bits');

-- Whoever changes the rows throws the bits away, an older release too: without bits the rows are read.
create function forget_diary_bits() returns trigger language plpgsql as $$
begin
    delete from diary_bits where resource_id in (select resource_id from changed);
    return null;
end $$;
create trigger busy_time_added after insert on busy_time
    referencing new table as changed for each statement execute function forget_diary_bits();
create trigger busy_time_taken after delete on busy_time
    referencing old table as changed for each statement execute function forget_diary_bits();
create trigger busy_time_changed after update on busy_time
    referencing new table as changed for each statement execute function forget_diary_bits();

-- What a resource has taken, overlaps that somebody approved included.
create index reservation_by_resource on reservation using gist (resource_id, during) where state <> 'released';

-- migrate:down
