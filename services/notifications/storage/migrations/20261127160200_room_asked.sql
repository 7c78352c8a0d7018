-- migrate:up
-- When the request went out that a room's mailbox surely has: an older answer is to something else.
alter table room_booking add column asked_at timestamptz;

-- migrate:down
