-- migrate:up
-- Many meetings moved in one go. It names people and rooms by their ids only.
create table bulk_move (
    id uuid primary key,
    council_id uuid not null,
    state text not null check (state in ('proposed', 'held', 'moved', 'undone')),
    cause text not null check (cause in ('absence', 'closure', 'weather', 'other')),
    reason text not null,
    person text not null,
    room text not null,
    whole_council boolean not null,
    from_at timestamptz,
    until_at timestamptz,
    window_from date not null,
    window_until date not null,
    previewed_by text not null,
    created_at timestamptz not null,
    started_by text not null,
    -- Whether whoever started it may accept that a clock is missed.
    may_accept_breaches boolean not null,
    -- When its meetings are moved: nothing leaves before.
    release_at timestamptz,
    version integer not null,
    check ((state = 'proposed') = (release_at is null))
);
create index bulk_move_by_release on bulk_move (council_id, release_at desc, id desc) where release_at is not null;
select enable_tenancy('bulk_move');

create table bulk_move_meeting (
    council_id uuid not null,
    bulk_move_id uuid not null references bulk_move,
    meeting_id uuid not null references meeting,
    place smallint not null,
    state text not null check (state in ('proposed', 'cannot_move', 'held', 'moved', 'undone', 'left')),
    reason_code text not null,
    reason_text text not null,
    -- The meeting as it was looked at.
    meeting_version integer not null,
    before_start timestamptz not null,
    before_end timestamptz not null,
    before_room text not null,
    after_start timestamptz,
    after_room text not null,
    breach_reason text not null,
    -- Clocks and clashes as they were shown: read and written whole.
    shown jsonb not null,
    primary key (bulk_move_id, meeting_id),
    check (state in ('cannot_move', 'left') or after_start is not null),
    check ((state in ('cannot_move', 'left')) = (reason_code <> ''))
);
-- A meeting is being moved by one at a time.
create unique index bulk_move_meeting_held_once on bulk_move_meeting (meeting_id) where state = 'held';
select enable_tenancy('bulk_move_meeting');

-- migrate:down
