-- migrate:up
create table referral_form (
    form_id uuid primary key,
    council_id uuid not null,
    form text not null,
    subjects text[] not null check (cardinality(subjects) > 0),
    body_id uuid,
    state text not null check (state in ('draft', 'submitted', 'returned', 'withdrawn')),
    answers jsonb not null,
    version integer not null check (version > 0),
    referral_id uuid references referral,
    reason text not null default '',
    created_at timestamptz not null,
    created_by text not null,
    submitted_at timestamptz
);
create index referral_form_newest on referral_form (council_id, created_at desc, form_id);
create index referral_form_referral on referral_form (referral_id) where referral_id is not null;
select enable_tenancy('referral_form');

-- migrate:down
drop table referral_form;
