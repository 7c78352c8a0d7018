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

-- A sitting broken off until it is resumed; one row a time.
create table adjournment (
    adjournment_id uuid primary key,
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    adjourned_at timestamptz not null,
    adjourned_by text not null,
    reason text not null,
    resumed_at timestamptz,
    check (resumed_at >= adjourned_at)
);
create unique index adjournment_open on adjournment (sitting_id) where resumed_at is null;
select enable_tenancy('adjournment');

-- What members are asked in writing about one subject of an item.
create table written_resolution (
    resolution_id uuid primary key,
    council_id uuid not null,
    item_id uuid not null references agenda_item,
    subject text not null,
    kind text not null check (kind in ('decided', 'recommended', 'endorsed', 'challenged')),
    recommendation text not null,
    reasons text not null,
    opened_at timestamptz not null,
    opened_by text not null,
    closes_on date not null,
    outcome_id uuid references outcome,
    unique (item_id, subject)
);
select enable_tenancy('written_resolution');

create table written_answer (
    council_id uuid not null,
    resolution_id uuid not null references written_resolution,
    member_id uuid not null,
    answer text not null check (answer in ('agrees', 'disagrees', 'asks-to-meet')),
    words text not null,
    answered_at timestamptz not null,
    recorded_by text not null,
    primary key (resolution_id, member_id)
);
select enable_tenancy('written_answer');

-- migrate:down
