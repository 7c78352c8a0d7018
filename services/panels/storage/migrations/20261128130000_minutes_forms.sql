-- migrate:up
-- What stands in the forms of minutes; kept apart from each other, so that two people do not write over one another.
create table minutes_form (
    council_id uuid not null,
    minutes_id uuid not null references minutes,
    form text not null,
    version bigint not null check (version > 0),
    answers jsonb not null,
    changed_at timestamptz not null,
    changed_by text not null,
    primary key (minutes_id, form)
);
select enable_tenancy('minutes_form');

create function signed_forms_stay() returns trigger language plpgsql as $$
begin
    if (select state from minutes where minutes_id = coalesce(new.minutes_id, old.minutes_id)) <> 'draft' then
        raise exception 'signed minutes stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger signed_stay before insert or update or delete on minutes_form
    for each row execute function signed_forms_stay();

-- Digests of the passages of minutes, by which a passage of another subject's minutes is noticed.
create table minutes_passage (
    council_id uuid not null,
    minutes_id uuid not null references minutes,
    part text not null,
    subject text not null,
    digest bytea not null,
    primary key (minutes_id, part, digest)
);
create index minutes_passage_digest on minutes_passage (council_id, digest);
select enable_tenancy('minutes_passage');

-- Legal advice is privileged: nothing that makes a document reads this table.
create table legal_advice (
    advice_id uuid primary key,
    council_id uuid not null,
    minutes_id uuid not null references minutes,
    advice text not null,
    added_at timestamptz not null,
    added_by text not null
);
create index legal_advice_of_minutes on legal_advice (minutes_id, added_at);
select enable_tenancy('legal_advice');
create trigger append_only before update or delete on legal_advice for each row execute function kept_as_recorded();
create trigger never_emptied before truncate on legal_advice for each statement execute function kept_as_recorded();

alter table minutes
    add column manager_comment text not null default '',
    add column manager_signed_at timestamptz,
    add column manager_signed_by text not null default '';

create or replace function signed_minutes_stay() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and (tg_op = 'DELETE' or new.state = 'draft'
        or (new.text, new.text_hash, new.signed_at, new.signed_by, new.subject, new.meeting)
            is distinct from (old.text, old.text_hash, old.signed_at, old.signed_by, old.subject, old.meeting)
        or (old.manager_signed_at is not null
            and (new.manager_comment, new.manager_signed_at, new.manager_signed_by)
                is distinct from (old.manager_comment, old.manager_signed_at, old.manager_signed_by)))
    then
        raise exception 'signed minutes stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;

alter table minutes_clock drop constraint minutes_clock_clock_check;
alter table minutes_clock add constraint minutes_clock_clock_check
    check (clock in ('sign', 'file', 'decisions', 'distribution'));

-- The signed minutes are supplement 0; what is added afterwards is delivered again, as the next.
alter table delivery
    add column supplement integer not null default 0,
    add column chased_at timestamptz;
alter table delivery drop constraint delivery_pkey;
alter table delivery add primary key (minutes_id, supplement);

-- migrate:down
