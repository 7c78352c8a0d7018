-- migrate:up
-- By which other rules or bank holidays the same day had been turned before: a process that still goes by them leaves
-- the day alone.
alter table day_turned add column superseded text[] not null default '{}';

-- migrate:down
