-- migrate:up
create table import_run (
    id uuid primary key,
    council_id uuid not null,
    format text not null check (format in ('ssd', 'ssda903')),
    as_of date not null,
    -- receiving: its files are still coming; nobody is told of it.
    state text not null check (state in ('receiving', 'queued', 'running', 'done', 'failed')),
    content_hash bytea not null default '',
    rows_read bigint not null default 0,
    rows_total bigint not null default 0,
    children bigint not null default 0,
    obligations bigint not null default 0,
    waiting_rows bigint not null default 0,
    finding_counts jsonb not null default '[]',
    failure text not null default '',
    created_at timestamptz not null,
    ended_at timestamptz
);
create index import_run_open on import_run (council_id, id) where state in ('receiving', 'queued', 'running');
select enable_tenancy('import_run');

-- Pieces of the files, kept until the import has ended.
create table import_file (
    council_id uuid not null,
    import_id uuid not null references import_run,
    place integer not null,
    file_name text not null,
    content bytea not null,
    primary key (import_id, place)
);
select enable_tenancy('import_file');

create table import_finding (
    council_id uuid not null,
    import_id uuid not null references import_run,
    place integer not null,
    file_name text not null,
    row_number bigint not null,
    column_name text not null,
    reason text not null,
    waiting boolean not null,
    primary key (import_id, place)
);
select enable_tenancy('import_finding');

-- Rows that name somebody who has not come yet; every import tries them again.
create table import_waiting (
    council_id uuid not null,
    file_name text not null,
    identity text not null,
    row_number bigint not null,
    cells jsonb not null,
    primary key (council_id, file_name, identity)
);
select enable_tenancy('import_waiting');

-- migrate:down
