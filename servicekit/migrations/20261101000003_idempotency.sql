-- migrate:up
create table idempotency (
    council_id uuid not null,
    principal text not null,
    request_id uuid not null,
    request_hash bytea not null,
    response_type text,
    response bytea,
    created_at timestamptz not null,
    primary key (council_id, principal, request_id)
);
select enable_tenancy('idempotency');

-- migrate:down
