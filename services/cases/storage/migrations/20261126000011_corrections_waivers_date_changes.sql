-- migrate:up
-- What the source last said of a fact that a person corrected or withdrew here: until it says something else, the
-- correction stands. Null for a fact nobody corrected.
alter table case_event add column source_says jsonb;
-- Which of the plans that run side by side a fact about a plan is about; empty for the one that is pursued.
alter table case_event add column plan text not null default '';

create function said_of(type text, on_date date, at_time timestamptz, next_date date, assumed boolean, rule_id text,
    meeting text, plan text) returns jsonb
language sql stable as $$
    select jsonb_build_array(type, on_date, extract(epoch from at_time), next_date, assumed, rule_id, meeting, plan)
$$;

alter table obligation drop constraint obligation_state_check;
alter table obligation add constraint obligation_state_check
    check (state in ('open', 'met', 'ended', 'needs_fact', 'waived'));

create table waiver (
    obligation_id uuid primary key references obligation,
    council_id uuid not null,
    waived_by text not null,
    -- A person's words about a case: personal data.
    reason text not null,
    waived_at timestamptz not null
);
select enable_tenancy('waiver');

-- A due date that rules or bank holidays moved, until and after somebody confirmed that they have seen it.
create table date_change (
    id uuid primary key,
    council_id uuid not null,
    obligation_id uuid not null references obligation,
    subject_id uuid not null references subject,
    due_before date,
    due_after date,
    cause text not null check (cause in ('rules', 'bank_holidays', 'rules_and_bank_holidays')),
    moved_at timestamptz not null,
    confirmed_by text,
    confirmed_at timestamptz
);
create unique index date_change_open on date_change (obligation_id) where confirmed_at is null;
create index date_change_list on date_change (council_id, moved_at, id) where confirmed_at is null;
select enable_tenancy('date_change');

-- migrate:down
