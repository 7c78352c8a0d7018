-- migrate:up
create table audit_event (
    event_id uuid primary key,
    council_id uuid not null,
    recorded_at timestamptz not null,
    actor text not null,
    actor_kind text not null,
    action text not null,
    object_name text not null,
    object_fields text[] not null,
    purpose text not null,
    outcome text not null,
    policy_version text not null,
    request_id text not null
);
create index audit_event_object on audit_event (council_id, object_name, recorded_at);
select enable_tenancy('audit_event');

create table audit_seal (
    council_id uuid not null,
    seq bigint not null,
    event_id uuid not null unique,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (council_id, seq)
);
select enable_tenancy('audit_seal');

-- The sealer's list of work, so that it need not search a table that only grows.
create table audit_unsealed (
    event_id uuid primary key,
    council_id uuid not null
);
select enable_tenancy('audit_unsealed');

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete on audit_event
    for each row execute function audit_is_append_only();
create trigger never_emptied before truncate on audit_event
    for each statement execute function audit_is_append_only();
create trigger append_only before update or delete on audit_seal
    for each row execute function audit_is_append_only();
create trigger never_emptied before truncate on audit_seal
    for each statement execute function audit_is_append_only();

-- Default privileges have given the application's role everything; here it keeps insert and select only.
do $$
declare holder text;
begin
    for holder in
        select distinct grantee from information_schema.role_table_grants
        where table_schema = 'public' and table_name in ('audit_event', 'audit_seal')
          and grantee <> current_user and grantee <> 'PUBLIC'
    loop
        execute format('revoke update, delete, truncate on audit_event, audit_seal from %I', holder);
    end loop;
end
$$;

-- migrate:down
