-- migrate:up
-- Few lanes are at work at a time, whatever their number: counting them by council looks at no others.
create index lane_at_work on lane (kind, council_id) where lease is not null;

-- migrate:down
