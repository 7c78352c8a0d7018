-- migrate:up
-- The subject whose record tells of a conflict that was found: who may not know of that one does not read why.
alter table conflict_of_interest add column about text not null default '';

-- migrate:down
