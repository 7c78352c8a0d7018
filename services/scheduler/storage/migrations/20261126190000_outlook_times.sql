-- migrate:up
-- How far and when somebody's Outlook was last read, and when it was last asked for, which may have come to nothing.
alter table resource
    add column outlook_asked_at timestamptz,
    add column outlook_read_at timestamptz,
    add column outlook_known_until timestamptz;

-- migrate:down
