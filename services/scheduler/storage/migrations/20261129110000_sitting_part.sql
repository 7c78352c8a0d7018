-- migrate:up
-- The time of those who come to a sitting for one item only: a meeting of its own, a part of the sitting's meeting. `part_id`
-- is named by whoever keeps the agenda, the same each time; after a part was called off the same id may be booked anew.
alter table meeting add column part_of uuid references meeting;
alter table meeting add column part_id uuid;
alter table meeting add constraint part_is_named check ((part_of is null) = (part_id is null)) not valid;
create unique index meeting_part on meeting (council_id, part_of, part_id) where state = 'booked' and part_of is not null;

-- migrate:down
drop index meeting_part;
alter table meeting drop constraint part_is_named;
alter table meeting drop column part_id;
alter table meeting drop column part_of;
