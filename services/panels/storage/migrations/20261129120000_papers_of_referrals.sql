-- migrate:up
-- With which kinds of paper missing a referral was submitted, and why.
alter table referral_form add column papers_follow text[] not null default '{}';
alter table referral_form add column papers_follow_because text not null default '';

-- migrate:down
alter table referral_form drop column papers_follow_because;
alter table referral_form drop column papers_follow;
