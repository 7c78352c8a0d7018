-- migrate:up
-- Who is on the list of which body, and as what. Nobody is deleted: a membership ends.
create table body_member (
    member_id uuid primary key,
    council_id uuid not null,
    body_id uuid not null,
    person text not null default '',
    name_for_staff text not null check (name_for_staff <> ''),
    roles text[] not null check (cardinality(roles) > 0),
    from_date date not null,
    until_date date,
    experienced_since date,
    evidence text not null default '',
    version bigint not null default 1,
    check (until_date is null or until_date >= from_date)
);
create index body_member_list on body_member (council_id, body_id);
select enable_tenancy('body_member');

-- Who comes, is there, has gone: entries are added, and the last one counts.
create table attendance_entry (
    entry_id bigint generated always as identity primary key,
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    member_id uuid not null references body_member,
    presence text not null check (presence in ('coming', 'apologies', 'arrived', 'left')),
    at timestamptz not null,
    recorded_at timestamptz not null
);
create index attendance_of_sitting on attendance_entry (council_id, sitting_id);
select enable_tenancy('attendance_entry');
create trigger append_only before update or delete on attendance_entry
    for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on attendance_entry
    for each statement execute function kept_as_recorded();

-- Conflicts of interest that somebody declared, or set aside with a reason. About subjects: an agenda is built anew.
create table conflict_of_interest (
    conflict_id uuid primary key,
    council_id uuid not null,
    member_id uuid not null references body_member,
    subjects text[] not null check (cardinality(subjects) > 0),
    ground text not null check (ground in ('personal', 'line-management', 'sibling-carer', 'assessor',
        'parent-and-child', 'own-case', 'family')),
    words text not null,
    derived boolean not null,
    set_aside text not null default '' check (set_aside = '' or ground <> 'parent-and-child')
);
create index conflict_of_member on conflict_of_interest (council_id, member_id);
select enable_tenancy('conflict_of_interest');

-- migrate:down
