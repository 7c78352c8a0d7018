-- migrate:up
-- How often an item was put off counts when the next agenda is put in order.
alter table agenda_item add column times_put_off integer not null default 0;

-- Taken off an agenda before the sitting: the subject comes to a later one of the same body.
create table item_deferral (
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    subject text not null,
    reason text not null,
    deferred_at timestamptz not null,
    deferred_by text not null,
    primary key (sitting_id, subject)
);
select enable_tenancy('item_deferral');

create table paper (
    paper_id uuid primary key,
    council_id uuid not null,
    body_id uuid not null,
    subject text not null,
    kind text not null,
    title text not null default '',
    format text not null check (format in ('pdf', 'word')),
    received_at timestamptz not null,
    added_by text not null,
    restricted boolean not null,
    for_family boolean not null,
    sha256 text not null,
    size bigint not null,
    pages integer not null check (pages > 0),
    replaces uuid references paper,
    withdrawn_at timestamptz,
    check (not (restricted and for_family))
);
create index paper_by_subject on paper (council_id, body_id, subject);
select enable_tenancy('paper');

-- As it came, and as it stands in agenda packs. Apart from what is read for every list.
create table paper_content (
    council_id uuid not null,
    paper_id uuid primary key references paper,
    original bytea not null,
    as_pdf bytea not null
);
alter table paper_content alter column original set storage external, alter column as_pdf set storage external;
select enable_tenancy('paper_content');

-- An agenda as it was sent out: once sent, never changed.
create table agenda_version (
    council_id uuid not null,
    sitting_id uuid not null references sitting,
    version integer not null check (version > 0),
    published_at timestamptz not null,
    published_by text not null,
    primary key (sitting_id, version)
);
select enable_tenancy('agenda_version');

create table agenda_version_item (
    council_id uuid not null,
    sitting_id uuid not null,
    version integer not null,
    place integer not null check (place > 0),
    item_id uuid not null,
    subjects text[] not null,
    "references" text[] not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reason text not null,
    primary key (sitting_id, version, place),
    foreign key (sitting_id, version) references agenda_version
);
select enable_tenancy('agenda_version_item');

-- What changed since the version before; the subjects say who may read the line.
create table agenda_change (
    council_id uuid not null,
    sitting_id uuid not null,
    version integer not null,
    place integer not null check (place > 0),
    subjects text[] not null,
    restricted boolean not null,
    words text not null,
    primary key (sitting_id, version, place),
    foreign key (sitting_id, version) references agenda_version
);
select enable_tenancy('agenda_change');

-- Page numbers of a paper at a sitting: given once. The content carries them on every page.
create table agenda_paper (
    council_id uuid not null,
    sitting_id uuid not null,
    paper_id uuid not null references paper,
    version integer not null,
    restricted boolean not null,
    first_page integer not null check (first_page > 0),
    pages integer not null check (pages > 0),
    numbered bytea not null,
    primary key (sitting_id, paper_id),
    unique (sitting_id, restricted, first_page),
    foreign key (sitting_id, version) references agenda_version
);
alter table agenda_paper alter column numbered set storage external;
select enable_tenancy('agenda_paper');

create table agenda_release (
    council_id uuid not null,
    sitting_id uuid not null,
    version integer not null,
    released_at timestamptz not null,
    released_by text not null,
    primary key (sitting_id, version),
    foreign key (sitting_id, version) references agenda_version
);
select enable_tenancy('agenda_release');

create trigger append_only before update or delete on agenda_version for each row execute function kept_as_recorded();
create trigger append_only before update or delete on agenda_version_item for each row execute function kept_as_recorded();
create trigger append_only before update or delete on agenda_change for each row execute function kept_as_recorded();
create trigger append_only before update or delete on agenda_paper for each row execute function kept_as_recorded();
create trigger append_only before update or delete on agenda_release for each row execute function kept_as_recorded();

-- migrate:down
