-- migrate:up
-- What both sides last agreed on, what was asked for last, and what is not sent while a person has to decide.
alter table remote_event
    add column agreed jsonb,
    add column asked_shown jsonb,
    add column held text[] not null default '{}';
create index remote_event_by_start on remote_event (council_id, start_time);

alter table invitation
    add column proposed_start timestamptz,
    add column proposed_end timestamptz;

create table outlook_proposal (
    council_id uuid not null,
    id uuid not null,
    event_id uuid not null,
    meeting text not null,
    generation integer not null,
    part text not null check (part in ('time', 'place', 'subject', 'attendees', 'gone')),
    ours jsonb not null,
    theirs jsonb,
    since timestamptz not null,
    state text not null check (state in ('open', 'decided', 'done', 'overtaken')),
    decision text,
    decided_by text not null,
    decided_at timestamptz,
    reason text not null,
    revision integer not null,
    primary key (council_id, id)
);
create unique index outlook_proposal_open on outlook_proposal (council_id, event_id, part) where state = 'open';
create index outlook_proposal_by_event on outlook_proposal (council_id, event_id);
create index outlook_proposal_waiting on outlook_proposal (council_id, since, id) where state = 'open';
select enable_tenancy('outlook_proposal');

create table mismatch (
    council_id uuid not null,
    kind text not null,
    meeting text not null,
    -- Our own id of the event; of an event that no row knows, its mark or nothing.
    event_id uuid,
    -- Graph's id; empty where the mailbox has no such event.
    remote_id text not null,
    start_time timestamptz,
    since timestamptz not null,
    id uuid not null,
    primary key (council_id, id)
);
select enable_tenancy('mismatch');

create table whole_reading (
    council_id uuid not null,
    read_at timestamptz not null,
    primary key (council_id)
);
select enable_tenancy('whole_reading');

-- migrate:down
