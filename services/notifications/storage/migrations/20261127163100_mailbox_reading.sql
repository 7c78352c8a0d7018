-- migrate:up
-- How reading the mailbox of e-mailed answers goes: when it was read to its end, and since when it cannot be.
create table mailbox_reading (
    council_id uuid not null,
    mailbox text not null,
    read_at timestamptz,
    failing_since timestamptz,
    -- A code, never the server's words.
    failure text not null default '',
    primary key (council_id, mailbox)
);
select enable_tenancy('mailbox_reading');

-- migrate:down
