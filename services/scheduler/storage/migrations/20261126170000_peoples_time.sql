-- migrate:up
-- A pattern may hold between days, and in term time only. What an earlier release writes has neither: always.
alter table working_pattern
    add column first_day date,
    add column last_day date check (last_day >= first_day),
    add column term_time_only boolean not null default false,
    drop constraint working_pattern_pkey;
create unique index working_pattern_once on working_pattern (resource_id, weekday, from_minute, first_day)
    nulls not distinct;

alter table resource
    -- Hours that somebody set on the site: a capacity file leaves them alone.
    add column hours_by_hand boolean not null default false,
    -- Meetings that they chair on one day at most; null: as many as the council's pack says.
    add column most_chaired smallint check (most_chaired > 0);

-- The council's school terms.
create table term (
    council_id uuid not null,
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    primary key (council_id, first_day)
);
select enable_tenancy('term');

-- When somebody is away. No text says why. A withdrawn one stays, so that no later file brings it back.
create table absence (
    id uuid primary key,
    council_id uuid not null,
    resource_id uuid not null references resource,
    kind text not null check (kind in ('leave', 'sickness', 'training')),
    start_minute integer not null,
    end_minute integer not null check (end_minute > start_minute),
    -- Where a file brought it: that file's name, and nobody recorded it.
    source text not null,
    recorded_by text not null,
    recorded_at timestamptz not null,
    withdrawn_by text,
    withdrawn_at timestamptz
);
create index absence_by_resource on absence (resource_id, end_minute) where withdrawn_at is null;
create unique index absence_once_from_a_file on absence (resource_id, kind, start_minute, end_minute, source)
    where source <> '';
select enable_tenancy('absence');

-- migrate:down
