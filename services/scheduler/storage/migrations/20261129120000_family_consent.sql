-- migrate:up
-- What referrals say of a family's consent to a meeting, as the panels' feed tells. Ids and days alone.
create table family_consent (
    council_id uuid not null,
    referral_form text not null,
    subjects text[] not null,
    meeting_kind text not null,
    state text not null check (state in ('given', 'taken_back', 'referral_withdrawn', 'referral_returned')),
    consented_on date not null,
    changed_on date not null,
    changed_at timestamptz not null,
    primary key (council_id, referral_form)
);
create index family_consent_subjects on family_consent using gin (subjects);
select enable_tenancy('family_consent');

-- migrate:down
drop table family_consent;
