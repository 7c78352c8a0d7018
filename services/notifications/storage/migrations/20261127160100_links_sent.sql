-- migrate:up
alter table attendee_link add column links_sent integer not null default 0;

-- migrate:down
