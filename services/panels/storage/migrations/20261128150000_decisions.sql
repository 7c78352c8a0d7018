-- migrate:up
-- A panel's recommendation and what becomes of it: one row through its whole life.
create table decision (
    decision_id uuid primary key,
    council_id uuid not null,
    outcome_id uuid not null references outcome,
    body_id uuid not null,
    meeting text not null,
    subject text not null,
    decision_maker text not null,
    state text not null
        check (state in ('awaited', 'sent-back', 'window-open', 'represented', 'independent-review', 'decided')),
    final boolean not null default false,
    clock_from date,
    due_on date,
    late_at timestamptz,
    decided_on date,
    window_from date,
    window_until date,
    case_events text[] not null default '{}',
    version bigint not null default 1,
    opened_at timestamptz not null,
    check ((state = 'window-open') <= (window_until is not null)),
    check ((state = 'decided') <= (decided_on is not null))
);
create index decision_by_due on decision (council_id, due_on, decision_id) where state <> 'decided';
create index decision_of_subject on decision (council_id, subject, body_id);
create index decision_of_meeting on decision (council_id, meeting, subject);
select enable_tenancy('decision');

-- What was done about it, in order; never changed.
create table decision_step (
    step_id uuid primary key,
    council_id uuid not null,
    decision_id uuid not null references decision,
    kind text not null,
    words text not null,
    words_for_family text not null default '',
    on_date date not null,
    recorded_at timestamptz not null,
    recorded_by text not null
);
create index decision_step_of on decision_step (council_id, decision_id, recorded_at);
select enable_tenancy('decision_step');
create trigger append_only before update or delete on decision_step for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on decision_step for each statement execute function kept_as_recorded();

-- Who is told of it; `person` is empty where nobody is recorded in the role.
create table telling (
    telling_id uuid primary key,
    council_id uuid not null,
    decision_id uuid not null references decision,
    subject text not null,
    person text not null,
    role text not null,
    way text not null,
    by_role text not null,
    rule text not null,
    due_on date not null,
    told_on date,
    told_by text not null default '',
    note text not null default '',
    late_at timestamptz
);
create index telling_by_due on telling (council_id, due_on, telling_id) where told_on is null;
select enable_tenancy('telling');

-- That a meeting recommended another plan, and why; a review decides.
create table plan_change (
    council_id uuid not null,
    meeting text not null,
    subject text not null,
    reasons text not null,
    recorded_at timestamptz not null,
    recorded_by text not null,
    primary key (council_id, meeting, subject)
);
select enable_tenancy('plan_change');
create trigger append_only before update or delete on plan_change for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on plan_change for each statement execute function kept_as_recorded();

-- An action is open, done or cancelled; its owner is a role, and a person once somebody says so.
alter table action
    add column owner text not null default '',
    add column cancel_reason text not null default '',
    add column closed_at timestamptz,
    add column closed_by text not null default '',
    add column version bigint not null default 1;
create index action_open on action (council_id, due_on, action_id) where closed_at is null;

-- One press is one message a person, whatever the number of their actions.
create table chase (
    chase_id uuid primary key,
    council_id uuid not null,
    person text not null,
    role text not null,
    actions uuid[] not null check (cardinality(actions) > 0),
    chased_at timestamptz not null,
    chased_by text not null
);
create index chase_by_time on chase (council_id, chased_at);
select enable_tenancy('chase');
create trigger append_only before update or delete on chase for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on chase for each statement execute function kept_as_recorded();

-- What a reviewing officer took further, and at which stage it stands.
create table escalation (
    escalation_id uuid primary key,
    council_id uuid not null,
    subject text not null,
    kind text not null,
    grounds text not null,
    stage integer not null check (stage > 0),
    raised_on date not null,
    stage_due_on date not null,
    due_on date not null,
    raised_by text not null,
    closed_on date,
    closed_by text not null default '',
    result text not null default '',
    late_at timestamptz,
    version bigint not null default 1,
    check ((closed_on is null) = (result = ''))
);
create unique index escalation_open on escalation (council_id, subject, kind) where closed_on is null;
create index escalation_by_due on escalation (council_id, stage_due_on, escalation_id);
select enable_tenancy('escalation');

create table escalation_step (
    step_id uuid primary key,
    council_id uuid not null,
    escalation_id uuid not null references escalation,
    stage integer not null,
    words text not null,
    on_date date not null,
    recorded_at timestamptz not null,
    recorded_by text not null
);
create index escalation_step_of on escalation_step (council_id, escalation_id, recorded_at);
select enable_tenancy('escalation_step');
create trigger append_only before update or delete on escalation_step for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on escalation_step for each statement execute function kept_as_recorded();

-- migrate:down
