-- migrate:up
-- The family's choice of the time that a draft has, and the hold that keeps it.
alter table meeting_draft
    add column date_decided_by text not null default '',
    add column consented_on date,
    add column hold_id uuid references meeting,
    add constraint draft_decided_with_consent check ((date_decided_by = '') = (consented_on is null));

-- migrate:down
