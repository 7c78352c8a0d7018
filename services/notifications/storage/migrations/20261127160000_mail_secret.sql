-- migrate:up
-- What the Message-IDs of an invitation's e-mails hold and its calendar entry does not: 16 hexadecimal digits, random.
alter table invitation
    add column mail_secret text not null default substr(replace(gen_random_uuid()::text, '-', ''), 17);

-- migrate:down
