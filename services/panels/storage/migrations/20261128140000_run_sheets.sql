-- migrate:up
-- What is written live while a body sits: one count of saves a sitting.
create table run_sheet (
    sitting_id uuid primary key references sitting,
    council_id uuid not null,
    revision bigint not null default 0
);
select enable_tenancy('run_sheet');

-- How a field stands. Gone once the subject has its outcome, which is the record.
create table run_sheet_field (
    council_id uuid not null,
    item_id uuid not null references agenda_item on delete cascade,
    subject text not null,
    field text not null,
    version bigint not null check (version > 0),
    value text not null,
    other text not null default '',
    revision bigint not null,
    saved_at timestamptz not null,
    saved_by text not null,
    primary key (item_id, subject, field)
);
select enable_tenancy('run_sheet_field');

-- Every value that a field had, so that whoever wrote from an older one can be put together with what came since.
create table run_sheet_version (
    council_id uuid not null,
    item_id uuid not null,
    subject text not null,
    field text not null,
    version bigint not null,
    value text not null,
    primary key (item_id, subject, field, version),
    foreign key (item_id, subject, field) references run_sheet_field on delete cascade
);
select enable_tenancy('run_sheet_version');

create table item_time (
    item_id uuid primary key references agenda_item on delete cascade,
    council_id uuid not null,
    began_at timestamptz not null,
    ended_at timestamptz,
    check (ended_at >= began_at)
);
select enable_tenancy('item_time');

alter table outcome add column recommendation text not null default '';
alter table outcome add column part_heard boolean not null default false;
alter table referral add column part_heard boolean not null default false;

create table dissent (
    outcome_id uuid not null references outcome,
    council_id uuid not null,
    place integer not null,
    who text not null,
    why text not null,
    primary key (outcome_id, place)
);
select enable_tenancy('dissent');
create trigger append_only before update or delete on dissent for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on dissent for each statement execute function kept_as_recorded();

-- migrate:down
