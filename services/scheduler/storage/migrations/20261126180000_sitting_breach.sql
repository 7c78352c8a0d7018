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

-- migrate:down
