-- migrate:up
-- Which process has the lane; empty where that cannot be known. A process that starts anew at the same port knows that
-- its predecessor is dead.
alter table lane add column holder text not null default '';

-- migrate:down
