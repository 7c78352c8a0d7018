-- migrate:up
-- Where Graph goes on in a mailbox; empty for one that is read over IMAP.
alter table mail_cursor add column token text not null default '';

-- migrate:down
