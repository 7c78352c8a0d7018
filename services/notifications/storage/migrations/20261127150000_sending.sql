-- migrate:up
create table sending (
    council_id uuid not null,
    place bigint generated always as identity,
    invitation_id uuid not null,
    meeting text not null,
    person text not null,
    role text not null,
    route text not null,
    kind text not null,
    revision integer not null,
    sent_at timestamptz not null,
    outcome text not null,
    -- Empty where it waited for nobody.
    released_by text not null,
    primary key (council_id, place)
);
create index sending_of_meeting on sending (council_id, meeting, place);
select enable_tenancy('sending');

-- migrate:down
