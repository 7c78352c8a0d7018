-- migrate:up
-- Who is to come to a sitting for one item of its agenda, as somebody has said, and what they were told last. The item may be
-- gone from the agenda: then they are told that they are not expected. `people` and `roles` go in pairs.
create table item_people (
    item_id uuid primary key,
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    body_id uuid not null,
    subjects text[] not null check (cardinality(subjects) > 0),
    people text[] not null,
    roles text[] not null check (cardinality(roles) = cardinality(people)),
    version bigint not null check (version > 0),
    set_by text not null check (set_by <> ''),
    set_at timestamptz not null,
    told_subjects text[] not null default '{}',
    told_people text[] not null default '{}',
    told_roles text[] not null default '{}' check (cardinality(told_roles) = cardinality(told_people)),
    told_start timestamptz,
    told_end timestamptz check (told_end > told_start),
    meeting text not null default '',
    trouble text not null default ''
);
create index item_people_of_sitting on item_people (council_id, sitting_id);
create index item_people_of_body on item_people (council_id, body_id, set_at);
select enable_tenancy('item_people');

-- migrate:down
drop table item_people;
