-- migrate:up
create table date_question (
    council_id uuid not null,
    id uuid not null,
    offer text not null,
    person text not null,
    state text not null,
    trouble text not null,
    sent_at timestamptz,
    -- The message until the mail server has it, then null: its link is a secret.
    mail_key uuid,
    made_at timestamptz,
    address text,
    subject_line text,
    body_text text,
    in_doubt boolean not null,
    primary key (council_id, id),
    unique (council_id, offer, person)
);
select enable_tenancy('date_question');

-- migrate:down
