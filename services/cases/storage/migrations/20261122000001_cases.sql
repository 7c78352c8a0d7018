-- migrate:up
create table subject (
    id uuid primary key,
    council_id uuid not null,
    kind text not null check (kind in ('child', 'unborn_child', 'sibling_group', 'carer_household', 'body')),
    -- Part of the resource name; a birth changes the kind but not the name.
    collection text not null generated always as (case kind when 'unborn_child' then 'child' else kind end) stored,
    source_id text not null,
    reference text not null,
    display_name text not null default '',
    given_names text not null default '',
    family_name text not null default '',
    born_on date,
    expected_on date,
    -- Kept in step with the restrictions in force by refresh_restricted.
    restricted boolean not null default false,
    looked_after_since date,
    looked_after_since_inferred boolean not null default false,
    attributes jsonb not null default '{}',
    version bigint not null default 1,
    unique (council_id, collection, source_id),
    unique (council_id, reference)
);
create index subject_list on subject (council_id, reference, id);
select enable_tenancy('subject');

create table reference_counter (
    council_id uuid primary key,
    last bigint not null
);
select enable_tenancy('reference_counter');

-- A child in a sibling group, or placed with a carer household.
create table subject_member (
    council_id uuid not null,
    group_id uuid not null references subject,
    member_id uuid not null references subject,
    from_date date not null default '0001-01-01',
    until_date date,
    primary key (group_id, member_id, from_date)
);
create index subject_member_of on subject_member (member_id);
select enable_tenancy('subject_member');

create table person (
    id uuid primary key,
    council_id uuid not null,
    source_id text not null,
    staff boolean not null default false,
    principal_id text,
    given_names text not null default '',
    family_name text not null default '',
    organisation text not null default '',
    email text not null default '',
    phone text not null default '',
    postal_lines text[] not null default '{}',
    channel text check (channel in ('outlook', 'email', 'text', 'letter', 'in_person')),
    unsafe_channels text[] not null default '{}',
    verified_on date,
    interpreter_language text not null default '',
    access_needs text not null default '',
    protected_strings text[] not null default '{}',
    version bigint not null default 1,
    unique (council_id, source_id)
);
create index person_principal on person (council_id, principal_id) where principal_id is not null;
select enable_tenancy('person');

create table involvement (
    council_id uuid not null,
    subject_id uuid not null references subject,
    person_id uuid not null references person,
    role text not null,
    from_date date not null,
    until_date date,
    source_key text not null,
    primary key (council_id, source_key)
);
create index involvement_subject on involvement (subject_id);
create index involvement_person on involvement (person_id);
select enable_tenancy('involvement');

create table restriction (
    id uuid primary key,
    council_id uuid not null,
    source_id text not null,
    kind text not null check (kind in ('restricted_case', 'confidential_address', 'must_not_meet', 'must_not_know')),
    subject_id uuid not null references subject,
    person_id uuid references person,
    other_person_id uuid references person,
    other_subject_id uuid references subject,
    court_ordered boolean not null default false,
    from_date date not null,
    until_date date,
    unique (council_id, source_id)
);
create index restriction_subject on restriction (subject_id);
create index restriction_pair on restriction (person_id, other_person_id);
select enable_tenancy('restriction');

-- Staff who may know of a restricted case although no involvement says so.
create table case_listing (
    council_id uuid not null,
    subject_id uuid not null references subject,
    principal_id text not null,
    primary key (subject_id, principal_id)
);
select enable_tenancy('case_listing');

create sequence case_event_seq;
create table case_event (
    id uuid primary key,
    council_id uuid not null,
    subject_id uuid not null references subject,
    -- Order of recording: of two bookings of one meeting the later stands.
    seq bigint not null default nextval('case_event_seq'),
    type text not null,
    on_date date not null,
    at_time timestamptz,
    next_date date,
    assumed boolean not null default false,
    rule_id text not null default '',
    meeting text not null default '',
    source_key text not null,
    -- A booking that was called off; kept for the trail, counted no more.
    withdrawn boolean not null default false,
    recorded_at timestamptz not null,
    unique (subject_id, source_key)
);
create index case_event_list on case_event (subject_id, on_date, seq) where not withdrawn;
create index case_event_meeting on case_event (council_id, meeting) where meeting <> '';
select enable_tenancy('case_event');

create table obligation (
    id uuid primary key,
    council_id uuid not null,
    subject_id uuid not null references subject,
    key text not null,
    rule_id text not null,
    kind text not null,
    meeting_kind text not null default '',
    basis text not null,
    state text not null check (state in ('open', 'met', 'ended', 'needs_fact')),
    statutory_due date,
    local_due date,
    due_on date generated always as (least(statutory_due, local_due)) stored,
    due_at timestamptz,
    held_on date,
    needs text not null default '',
    inferred boolean not null default false,
    original_due date,
    booked_on date,
    meeting text not null default '',
    version bigint not null default 1,
    unique (subject_id, key)
);
create index obligation_urgent on obligation (council_id, coalesce(due_on, date '9999-12-31'), id)
    where state in ('open', 'needs_fact');
create index obligation_subject on obligation (subject_id);
create index obligation_meeting on obligation (council_id, meeting) where meeting <> '';
select enable_tenancy('obligation');

-- The last London day on which every clock was worked out.
create table day_turned (
    council_id uuid primary key,
    on_date date not null,
    packs text not null
);
select enable_tenancy('day_turned');

-- The subjects that a question about `asked` is also about: the children of a sibling group.
create function with_members(asked uuid[], on_day date) returns table (asked_id uuid, subject_id uuid)
language sql stable as $$
    select a, a from unnest(asked) a
    union
    select m.group_id, m.member_id from subject_member m join subject g on g.id = m.group_id
    where m.group_id = any(asked) and g.kind = 'sibling_group'
      and m.from_date <= on_day and (m.until_date is null or m.until_date >= on_day)
$$;

-- Subjects tied to one subject: itself, its members, the groups and households it belongs to.
create function tied_to(asked uuid[], on_day date) returns table (asked_id uuid, subject_id uuid)
language sql stable as $$
    with mine as (select w.asked_id, w.subject_id from with_members(asked, on_day) w)
    select asked_id, subject_id from mine
    union
    select mine.asked_id, m.group_id from mine join subject_member m on m.member_id = mine.subject_id
    where m.from_date <= on_day and (m.until_date is null or m.until_date >= on_day)
$$;

-- Whether a signed-in person has a part around the subject that day, or is listed for it.
create function is_related(subject uuid, principal text, on_day date) returns boolean
language sql stable as $$
    select exists (
        select from tied_to(array[subject], on_day) t
        join involvement i on i.subject_id = t.subject_id
        join person p on p.id = i.person_id
        where p.principal_id = principal and i.from_date <= on_day and (i.until_date is null or i.until_date >= on_day)
    ) or exists (
        select from tied_to(array[subject], on_day) t join case_listing l on l.subject_id = t.subject_id
        where l.principal_id = principal
    )
$$;

-- migrate:down
