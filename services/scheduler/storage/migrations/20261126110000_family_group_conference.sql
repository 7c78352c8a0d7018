-- migrate:up
-- The family's choice of a date that is theirs.
alter table meeting
    add column date_decided_by text not null default '',
    add column consented_on date,
    -- Who approved that something taken is taken twice, and why.
    add column overlap_approved_by text not null default '',
    add column overlap_reason text not null default '',
    add constraint decided_with_consent check ((date_decided_by = '') = (consented_on is null));
alter table meeting_attendee
    add column throughout boolean not null default false,
    add column confirmed boolean not null default false;

-- migrate:down
