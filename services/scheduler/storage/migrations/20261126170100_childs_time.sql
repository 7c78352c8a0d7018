-- migrate:up
-- A child's own week, by the child's resource name and no other: school, contact, and when they would rather (not) meet.
create table child_time (
    council_id uuid not null,
    child text not null,
    what text not null check (what in ('school', 'contact', 'would_like', 'rather_not')),
    weekday smallint not null check (weekday between 0 and 6),
    from_minute smallint not null,
    until_minute smallint not null check (until_minute > from_minute),
    first_day date,
    last_day date check (last_day >= first_day)
);
create index child_time_by_child on child_time (council_id, child);
select enable_tenancy('child_time');

-- Whoever changes a child's time holds this row: two at once do not undo each other.
create table child_time_version (
    council_id uuid not null,
    child text not null,
    version integer not null,
    primary key (council_id, child)
);
select enable_tenancy('child_time_version');

-- The building or place in which a room is; rooms with the same one need no way between them. Empty: not known.
alter table resource add column venue text not null default '';

-- migrate:down
