-- migrate:up
create table lane (
    kind text not null,
    council_id uuid not null,
    key text not null,
    due_at timestamptz,
    state text not null default 'ready' check (state in ('ready', 'held')),
    attempts integer not null default 0,
    wakes bigint not null default 0,
    lease uuid unique,
    leased_until timestamptz,
    not_before timestamptz,
    primary key (kind, council_id, key)
);
create index lane_due on lane (kind, due_at) where state = 'ready';

-- migrate:down
