-- migrate:up
-- By which link people join a meeting by video, on the event that exists for it; empty while there is none.
alter table remote_event add column join_url text not null default '';
-- The joining link that a person was told last, or may have been; empty for none.
alter table invitation add column joining_link text not null default '';

-- migrate:down
alter table invitation drop column joining_link;
alter table remote_event drop column join_url;
