-- migrate:up
-- Clocks of children that a sitting's move made late, knowingly. Not the sitting's own: they stay to be arranged.
create table sitting_breach (
    council_id uuid not null,
    meeting_id uuid not null references meeting,
    obligation text not null,
    subject text not null,
    due_date date not null,
    approved_by text not null,
    reason text not null,
    primary key (meeting_id, obligation)
);
select enable_tenancy('sitting_breach');

-- A meeting's own time is not in its own way: it may be kept another time that overlaps the present one, or another room.
alter table reservation
    drop constraint nothing_taken_twice,
    add constraint nothing_taken_twice exclude using gist (
        council_id with =, resource_id with =, during with &&, meeting_id with <>
    ) where (state in ('held', 'booked') and overlap_approved_by is null);

-- Who of the reviewing service agreed to the new dates of the reviews in it.
alter table bulk_move
    add column date_decided_by text not null default '',
    add column agreed_on date,
    add constraint agreed_on_a_day check ((date_decided_by = '') = (agreed_on is null));

-- migrate:down
