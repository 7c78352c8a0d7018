-- migrate:up
-- What somebody is written to about: a chase, or a clock of minutes or of a decision that ran out.
create table chaser (
    council_id uuid not null,
    id uuid not null,
    kind text not null check (kind in ('chase', 'minutes', 'decision')),
    -- The chase, the minutes or the decision; `clock` of minutes alone.
    about text not null,
    clock text not null,
    role text not null,
    -- Empty where only the role is known.
    person text not null,
    meeting text not null,
    things text[] not null check (cardinality(things) > 0),
    -- Of each thing, in the same order.
    subjects text[] not null check (cardinality(subjects) = cardinality(things)),
    since timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('pending', 'sent', 'to ring', 'over')),
    trouble text not null,
    message_key uuid,
    sent_at timestamptz,
    receipt_id uuid,
    primary key (council_id, id),
    unique (council_id, about, clock, role, since)
);
create index chaser_pending on chaser (council_id, due_at) where state = 'pending';
create index chaser_of_things on chaser using gin (things);
create index chaser_by_receipt on chaser (council_id, receipt_id) where receipt_id is not null;
select enable_tenancy('chaser');

-- A message until the other side has it: a repeat must be the same.
create table chaser_message (
    council_id uuid not null,
    key uuid not null,
    route text not null,
    address text not null,
    subject_line text not null,
    body_text text not null,
    made_at timestamptz not null,
    asked_at timestamptz not null,
    primary key (council_id, key)
);
select enable_tenancy('chaser_message');

-- migrate:down
