-- migrate:up
alter table reply_log drop constraint if exists reply_log_source_check;
alter table reply_log add constraint reply_log_source_check
    check (source in ('outlook', 'recorded', 'page', 'mail'));

alter table invitation
    add column returned_sequence integer not null default -1,
    add column letter_time timestamptz;

-- What each SEQUENCE told: an answer names the SEQUENCE alone.
create table sent_invitation (
    council_id uuid not null,
    invitation_id uuid not null,
    sequence integer not null,
    revision integer not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    primary key (council_id, invitation_id, sequence)
);
select enable_tenancy('sent_invitation');

-- UIDVALIDITY and UID are unsigned numbers of 32 bits (RFC 9051, 2.3.1.1).
create table mail_cursor (
    council_id uuid not null,
    mailbox text not null,
    validity bigint not null,
    number bigint not null,
    primary key (council_id, mailbox)
);
select enable_tenancy('mail_cursor');

-- Which message, and why; never who wrote it or what.
create table set_aside_mail (
    council_id uuid not null,
    mailbox text not null,
    validity bigint not null,
    number bigint not null,
    reason text not null,
    received_at timestamptz not null,
    invitation_id uuid,
    primary key (council_id, mailbox, validity, number)
);
select enable_tenancy('set_aside_mail');

-- migrate:down
