-- migrate:up
-- What is settled stays as it was, whoever asks the database: a lapse of ours, or somebody with a console.

create function made_decision_stays() returns trigger language plpgsql as $$
begin
    if old.state = 'decided' and (tg_op = 'DELETE' or to_jsonb(new) - 'late_at' <> to_jsonb(old) - 'late_at') then
        raise exception 'decisions that are made stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger made_stays before update or delete on decision for each row execute function made_decision_stays();

create function told_stays() returns trigger language plpgsql as $$
begin
    if old.told_on is not null and (tg_op = 'DELETE' or to_jsonb(new) - 'late_at' <> to_jsonb(old) - 'late_at') then
        raise exception 'who was told stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger told_stays before update or delete on telling for each row execute function told_stays();

create function settled_resolution_stays() returns trigger language plpgsql as $$
begin
    if old.outcome_id is not null then
        raise exception 'what was settled in writing stays as it is' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger settled_stays before update or delete on written_resolution
    for each row execute function settled_resolution_stays();

create function settled_answers_stay() returns trigger language plpgsql as $$
begin
    if exists (
        select from written_resolution
        where resolution_id = coalesce(new.resolution_id, old.resolution_id) and outcome_id is not null)
    then
        raise exception 'answers to what is settled stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger settled_stays before insert or update or delete on written_answer
    for each row execute function settled_answers_stay();

-- A paper is taken back, and never changed.
create function paper_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.withdrawn_at is not null
        or to_jsonb(new) - 'withdrawn_at' <> to_jsonb(old) - 'withdrawn_at'
    then
        raise exception 'papers stay as they came' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
create trigger paper_stays before update or delete on paper for each row execute function paper_stays();
create trigger append_only before update or delete on paper_content for each row execute function kept_as_recorded();

-- Signed minutes go on to the file and never back, and keep their meeting's end, their chair and their clocks.
create or replace function signed_minutes_stay() returns trigger language plpgsql as $$
declare
    moves constant text[] := array['state', 'version', 'filed_at', 'manager_comment', 'manager_signed_at',
        'manager_signed_by'];
    states constant text[] := array['draft', 'signed', 'delivered', 'filed'];
begin
    if old.state <> 'draft' and (tg_op = 'DELETE' or to_jsonb(new) - moves <> to_jsonb(old) - moves
        or array_position(states, new.state) < array_position(states, old.state)
        or (old.filed_at is not null and new.filed_at is distinct from old.filed_at)
        or (old.manager_signed_at is not null
            and (new.manager_comment, new.manager_signed_at, new.manager_signed_by)
                is distinct from (old.manager_comment, old.manager_signed_at, old.manager_signed_by)))
    then
        raise exception 'signed minutes stay as they are' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;

-- What waits is found without reading every minutes that ever were.
create index minutes_clock_running on minutes_clock (minutes_id) where stopped_at is null;

-- migrate:down
