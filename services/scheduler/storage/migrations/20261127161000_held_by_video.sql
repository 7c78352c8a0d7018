-- migrate:up
-- Whether people can join the meeting by video as well. A draft keeps it in its plan.
alter table meeting add column held_by_video boolean not null default false;

-- migrate:down
alter table meeting drop column held_by_video;
