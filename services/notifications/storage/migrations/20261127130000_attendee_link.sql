-- migrate:up
create table attendee_link (
    council_id uuid not null,
    invitation_id uuid not null,
    generation integer not null check (generation > 0),
    -- Unused until the first answer or the first right code; then one browser's, whose secret is kept as a digest.
    used_at timestamptz,
    session_digest text not null default '',
    session_until timestamptz,
    confirmed boolean not null default false,
    -- The code itself is nowhere: it follows from the key, the link and its number.
    codes_sent integer not null default 0,
    code_until timestamptz,
    wrong_codes integer not null default 0,
    sent_at timestamptz,
    primary key (council_id, invitation_id),
    foreign key (council_id, invitation_id) references invitation (council_id, id)
);
select enable_tenancy('attendee_link');

alter table invitation
    add column needs text[] not null default '{}',
    add column needs_language text not null default '',
    add column needs_time timestamptz;

alter table reply_log drop constraint if exists reply_log_source_check;
alter table reply_log add constraint reply_log_source_check check (source in ('outlook', 'recorded', 'page', 'mail'));

-- migrate:down
