-- migrate:up
-- Private feeds of people's own meetings. The secret itself is kept nowhere, only its digest.
create table diary_feed (
    id uuid primary key,
    council_id uuid not null,
    person text not null,
    secret_digest bytea not null check (length(secret_digest) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_read_at timestamptz,
    revoked_at timestamptz,
    unique (council_id, secret_digest)
);
create index diary_feed_by_person on diary_feed (council_id, person) where revoked_at is null;
select enable_tenancy('diary_feed');

-- migrate:down
