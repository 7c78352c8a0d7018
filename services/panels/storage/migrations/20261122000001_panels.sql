-- migrate:up
-- What the scheduler told: every meeting, so that minutes know when theirs ended.
create table meeting_copy (
    council_id uuid not null,
    meeting text not null,
    meeting_kind text not null,
    body uuid,
    subjects text[] not null,
    starts_at timestamptz,
    ends_at timestamptz,
    state text not null check (state in ('booked', 'held', 'cancelled')),
    primary key (council_id, meeting)
);
select enable_tenancy('meeting_copy');

-- What cases told: the reference that may stand in an agenda, whether the case is restricted, and who belongs together.
create table known_subject (
    council_id uuid not null,
    subject text not null,
    is_family boolean not null default false,
    reference text not null default '',
    restricted boolean not null default true,
    members text[] not null default '{}',
    members_read_at timestamptz,
    primary key (council_id, subject)
);
select enable_tenancy('known_subject');

-- Clocks that a body's sitting would meet.
create table agenda_candidate (
    council_id uuid not null,
    obligation text not null,
    body_id uuid not null,
    subject text not null,
    due_on date,
    is_open boolean not null,
    first_seen_at timestamptz not null,
    heard_at_sitting uuid,
    primary key (council_id, obligation)
);
create index agenda_candidate_waiting on agenda_candidate (council_id, body_id, due_on) where is_open and heard_at_sitting is null;
select enable_tenancy('agenda_candidate');

create table sitting (
    sitting_id uuid primary key,
    council_id uuid not null,
    body_id uuid not null,
    meeting text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    state text not null check (state in ('planned', 'held', 'cancelled')),
    version bigint not null default 1,
    built boolean not null default false,
    unique (council_id, meeting),
    check (ends_at > starts_at)
);
create index sitting_by_start on sitting (council_id, starts_at, sitting_id);
select enable_tenancy('sitting');

create table referral (
    referral_id uuid primary key,
    council_id uuid not null,
    body_id uuid not null,
    subjects text[] not null check (cardinality(subjects) > 0),
    reason text not null,
    state text not null check (state in ('waiting', 'listed', 'heard', 'withdrawn')),
    put_off_from date,
    sitting_id uuid references sitting,
    created_at timestamptz not null
);
create index referral_waiting on referral (council_id, body_id) where state in ('waiting', 'listed');
select enable_tenancy('referral');

create table agenda_item (
    item_id uuid primary key,
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    number integer not null check (number > 0),
    source text not null check (source in ('referral', 'obligation', 'deferred')),
    reason text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    referral_id uuid references referral,
    due_on date,
    by_hand boolean not null default false,
    unique (sitting_id, number) deferrable initially deferred
);
select enable_tenancy('agenda_item');

create table agenda_item_subject (
    council_id uuid not null,
    item_id uuid not null references agenda_item on delete cascade,
    subject text not null,
    place integer not null,
    reference text not null,
    primary key (item_id, subject)
);
create index agenda_item_subject_subject on agenda_item_subject (council_id, subject);
select enable_tenancy('agenda_item_subject');

create table outcome (
    outcome_id uuid primary key,
    council_id uuid not null,
    item_id uuid not null references agenda_item,
    subject text not null,
    kind text not null check (kind in ('decided', 'recommended', 'endorsed', 'challenged', 'deferred')),
    reasons text not null,
    case_events text[] not null,
    next_on date,
    decision_maker text not null default '',
    recorded_at timestamptz not null,
    recorded_by text not null,
    unique (item_id, subject)
);
select enable_tenancy('outcome');

create table action (
    action_id uuid primary key,
    council_id uuid not null,
    outcome_id uuid not null references outcome,
    subject text not null,
    text text not null,
    owner_role text not null,
    due_on date not null,
    done boolean not null default false
);
create index action_by_due on action (council_id, due_on, action_id);
select enable_tenancy('action');

create table minutes (
    minutes_id uuid primary key,
    council_id uuid not null,
    meeting text not null,
    meeting_kind text not null,
    subject text not null,
    chair_role text not null,
    state text not null check (state in ('draft', 'signed', 'delivered', 'filed')),
    version bigint not null default 0,
    text text not null default '',
    text_hash text not null default '',
    meeting_ended_at timestamptz not null,
    sign_due_at timestamptz not null,
    file_due_at timestamptz not null,
    signed_at timestamptz,
    signed_by text not null default '',
    filed_at timestamptz,
    unique (council_id, meeting, subject),
    check ((state = 'draft') = (signed_at is null)),
    check ((state = 'filed') = (filed_at is not null))
);
create index minutes_by_clock on minutes (council_id, state, sign_due_at, minutes_id);
select enable_tenancy('minutes');

create table minutes_addendum (
    addendum_id uuid primary key,
    council_id uuid not null,
    minutes_id uuid not null references minutes,
    text text not null,
    added_at timestamptz not null,
    added_by text not null
);
select enable_tenancy('minutes_addendum');

-- The clocks of minutes: a row until it is stopped; late where it ran out first.
create table minutes_clock (
    council_id uuid not null,
    minutes_id uuid not null references minutes,
    clock text not null check (clock in ('sign', 'file')),
    due_at timestamptz not null,
    stopped_at timestamptz,
    late_at timestamptz,
    primary key (minutes_id, clock)
);
create index minutes_clock_late on minutes_clock (council_id, due_at) where late_at is not null;
select enable_tenancy('minutes_clock');

create table delivery (
    minutes_id uuid primary key references minutes,
    council_id uuid not null,
    file_stem text not null,
    page_hash text not null,
    written_at timestamptz not null,
    acknowledged_at timestamptz
);
create index delivery_waiting on delivery (council_id, written_at) where acknowledged_at is null;
select enable_tenancy('delivery');

create function kept_as_recorded() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete on outcome for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on outcome for each statement execute function kept_as_recorded();
create trigger append_only before update or delete on minutes_addendum for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on minutes_addendum for each statement execute function kept_as_recorded();

create function signed_minutes_stay() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and (tg_op = 'DELETE' or new.state = 'draft'
        or (new.text, new.text_hash, new.signed_at, new.signed_by, new.subject, new.meeting)
            is distinct from (old.text, old.text_hash, old.signed_at, old.signed_by, old.subject, old.meeting))
    then
        raise exception 'signed minutes stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger signed_stay before update or delete on minutes for each row execute function signed_minutes_stay();

-- migrate:down
