-- migrate:up
create table meeting_copy (
    council_id uuid not null,
    meeting text not null,
    subjects text[] not null default '{}',
    heard_revision integer not null,
    read_revision integer not null default 0,
    state text not null default 'booked' check (state in ('booked', 'held', 'cancelled', 'not_booked')),
    restricted boolean not null default false,
    booked_by text not null default '',
    token text not null default '',
    release_needed boolean not null default false,
    read_at timestamptz,
    primary key (council_id, meeting)
);
create index meeting_copy_subjects on meeting_copy using gin (subjects);
select enable_tenancy('meeting_copy');

create table invitation (
    council_id uuid not null,
    id uuid not null,
    meeting text not null,
    person text not null,
    role text not null,
    route text not null,
    state text not null,
    told_revision integer not null,
    wanted_revision integer not null,
    answer text not null,
    answer_time timestamptz,
    answered_revision integer not null,
    trouble text not null,
    send_time timestamptz,
    messages_sent integer not null,
    sequence integer not null,
    told_content text not null,
    told_address text not null,
    told_start timestamptz,
    told_end timestamptz,
    out_sequence integer,
    out_method text,
    out_content text,
    out_revision integer,
    out_dtstamp timestamptz,
    in_doubt boolean not null,
    primary key (council_id, id),
    unique (council_id, meeting, person)
);
create index invitation_order on invitation (council_id, meeting, role, id);
select enable_tenancy('invitation');

create table remote_event (
    council_id uuid not null,
    id uuid not null,
    meeting text not null,
    audience text not null,
    generation integer not null,
    transaction_id uuid not null,
    state text not null,
    event_id text not null,
    ical_uid text not null,
    etag text not null,
    sent jsonb not null,
    asked jsonb not null,
    people text[] not null,
    asked_people text[] not null,
    start_time timestamptz,
    end_time timestamptz,
    trouble text not null,
    primary key (council_id, id),
    unique (council_id, meeting, audience),
    unique (council_id, transaction_id)
);
create index remote_event_by_event on remote_event (council_id, event_id) where event_id <> '';
select enable_tenancy('remote_event');

create table release (
    council_id uuid not null,
    meeting text not null,
    token text not null,
    revision integer not null,
    released_by text not null,
    released_at timestamptz not null,
    primary key (council_id, meeting, token)
);
select enable_tenancy('release');

create table reply_log (
    council_id uuid not null,
    id uuid not null,
    invitation_id uuid not null,
    answer text not null,
    answer_time timestamptz not null,
    revision integer not null,
    source text not null check (source in ('outlook', 'recorded')),
    recorded_by text not null,
    recorded_at timestamptz not null,
    taken boolean not null,
    primary key (council_id, id)
);
create unique index reply_log_once on reply_log (council_id, invitation_id, source, answer, answer_time);
select enable_tenancy('reply_log');

create table reply_cursor (
    council_id uuid not null,
    mailbox text not null,
    token text not null,
    window_from timestamptz not null,
    window_until timestamptz not null,
    primary key (council_id, mailbox)
);
select enable_tenancy('reply_cursor');

-- migrate:down
