-- migrate:up
-- When nobody may write to a person: [[weekday, start, end], ...], 1 for Monday, minutes of the day in London.
alter table person add column unsafe_times jsonb not null default '[]';

-- migrate:down
alter table person drop column unsafe_times;
