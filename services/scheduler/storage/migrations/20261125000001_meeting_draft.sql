-- migrate:up
-- What officers have settled of a meeting that nobody has booked yet. It names people and subjects by their ids only.
create table meeting_draft (
    id uuid primary key,
    council_id uuid not null,
    meeting_kind text not null,
    title text not null,
    subjects text[] not null check (cardinality(subjects) > 0),
    -- The subjects' ids in one order and one spelling.
    subjects_key text not null,
    -- The rest of the plan: read and written whole.
    plan jsonb not null,
    start_at timestamptz,
    room text not null,
    people_checked boolean not null,
    kept_apart_checked boolean not null,
    breach_reason text not null,
    started_by text not null,
    changed_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    state text not null check (state in ('open', 'booked', 'discarded')),
    meeting_id uuid references meeting,
    check ((state = 'booked') = (meeting_id is not null))
);
-- Two officers do not arrange the same meeting twice.
create unique index meeting_draft_open_once on meeting_draft (council_id, meeting_kind, subjects_key) where state = 'open';
create index meeting_draft_by_change on meeting_draft (council_id, updated_at desc, id desc) where state = 'open';
select enable_tenancy('meeting_draft');

-- migrate:down
