-- migrate:up
-- The class of the error at which the last try ended; empty once the lane is settled. Never its text.
alter table lane add column failure text not null default '';

-- migrate:down
