-- migrate:up
-- What the case record said when a referral was begun, by field.
alter table referral_form add column known jsonb not null default '{}';

-- migrate:down
alter table referral_form drop column known;
