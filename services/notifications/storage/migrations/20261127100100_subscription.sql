-- migrate:up
create table subscription (
    council_id uuid not null,
    resource text not null,
    -- Graph's id.
    id text not null,
    -- A secret: it proves that a notice comes from Graph.
    client_state text not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (council_id, resource)
);
select enable_tenancy('subscription');

-- migrate:down
