-- migrate:up
-- The room's own mailbox in Outlook; empty where it has none.
alter table resource add column mailbox text not null default '';

-- migrate:down
