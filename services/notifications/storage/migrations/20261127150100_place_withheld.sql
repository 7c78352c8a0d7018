-- migrate:up
alter table invitation add column place_withheld boolean not null default false;

-- migrate:down
