-- migrate:up
create table reminder (
    council_id uuid not null,
    id uuid not null,
    meeting text not null,
    person text not null,
    kind text not null check (kind in ('reminder', 'chase', 'second chase', 'ring')),
    -- The time, or the message, that it belongs to: a new one has reminders of its own.
    about timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('pending', 'sent', 'to ring', 'over')),
    trouble text not null,
    message_key uuid,
    sent_at timestamptz,
    receipt_id uuid,
    primary key (council_id, id),
    unique (council_id, meeting, person, kind, about)
);
create index reminder_pending on reminder (council_id, person, due_at) where state = 'pending';
create index reminder_by_receipt on reminder (council_id, receipt_id) where receipt_id is not null;
select enable_tenancy('reminder');

-- migrate:down
