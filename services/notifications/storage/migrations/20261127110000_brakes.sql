-- migrate:up
-- A row: nothing leaves for this council. Who set and lifted it, and when, is in the audit too.
create table sending_stop (
    council_id uuid primary key,
    stopped_at timestamptz not null,
    stopped_by text not null,
    reason text not null
);
select enable_tenancy('sending_stop');

-- How many people were written to from where, counted before it is asked of the outside. No person, no meeting.
create table mail_ledger (
    council_id uuid not null,
    id uuid not null,
    source text not null,
    left_at timestamptz not null,
    people integer not null check (people > 0),
    primary key (council_id, id)
);
create index mail_ledger_hour on mail_ledger (council_id, source, left_at);
select enable_tenancy('mail_ledger');

-- Up to which revision of a meeting somebody gave up telling people by this service.
create table given_up (
    council_id uuid not null,
    meeting text not null,
    revision integer not null,
    given_up_at timestamptz not null,
    given_up_by text not null,
    reason text not null,
    primary key (council_id, meeting)
);
select enable_tenancy('given_up');

alter table reply_cursor add column read_at timestamptz;

-- migrate:down
