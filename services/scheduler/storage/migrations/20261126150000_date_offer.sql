-- migrate:up
create table date_offer (
    id uuid primary key,
    council_id uuid not null,
    draft_id uuid references meeting_draft,
    remote boolean not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- That it has run out follows from expires_at.
    state text not null check (state in ('open', 'taken', 'withdrawn')),
    taken smallint,
    closed_by text not null,
    closed_at timestamptz,
    version integer not null,
    check ((state = 'taken') = (taken is not null))
);
create index date_offer_open on date_offer (council_id, created_at desc, id desc) where state = 'open';
create index date_offer_by_draft on date_offer (draft_id) where state = 'open';
select enable_tenancy('date_offer');

create table date_offer_person (
    council_id uuid not null,
    offer_id uuid not null references date_offer,
    place smallint not null,
    person text not null,
    answered_at timestamptz,
    recorded_by text not null default '',
    -- SHA-256 of the token of their link; null until one was made.
    link_digest bytea,
    primary key (offer_id, person)
);
create unique index date_offer_person_by_link on date_offer_person (council_id, link_digest)
    where link_digest is not null;
select enable_tenancy('date_offer_person');

create table date_offer_answer (
    council_id uuid not null,
    offer_id uuid not null,
    person text not null,
    number smallint not null,
    answer text not null check (answer in ('can_come', 'rather_not', 'cannot')),
    primary key (offer_id, person, number),
    foreign key (offer_id, person) references date_offer_person
);
select enable_tenancy('date_offer_answer');

-- The offer whose date a held meeting is.
alter table meeting add column date_offer_id uuid references date_offer;
create index meeting_by_offer on meeting (date_offer_id) where date_offer_id is not null;

-- migrate:down
