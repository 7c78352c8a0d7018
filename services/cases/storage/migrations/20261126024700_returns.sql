-- migrate:up
-- What a return or an extract said of a review beside its day. The day itself is a case event of the same source key.
create table review_record (
    council_id uuid not null,
    subject_id uuid not null references subject,
    source_key text not null,
    review_id text not null,
    care_id text not null,
    due_on date,
    held_on date,
    cancelled boolean not null,
    participation text not null,
    short_breaks boolean not null,
    primary key (subject_id, source_key)
);
select enable_tenancy('review_record');

-- Reviews by the law's clocks, as they stood when the import had ended.
alter table import_run add column reviews_in_time bigint not null default 0;
alter table import_run add column reviews_late bigint not null default 0;
alter table import_run add column reviews_overdue bigint not null default 0;

-- migrate:down
