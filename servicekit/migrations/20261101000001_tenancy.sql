-- migrate:up
-- One line per table instead of three: `select enable_tenancy('meeting');`
create function enable_tenancy(table_name text) returns void language plpgsql as $$
begin
    execute format('alter table %I enable row level security', table_name);
    -- FORCE: the owner, who runs migrations, is held by it too.
    execute format('alter table %I force row level security', table_name);
    execute format(
        'create policy council_only on %I using (council_id = nullif(current_setting(''app.council'', true), '''')::uuid)'
        ' with check (council_id = nullif(current_setting(''app.council'', true), '''')::uuid)', table_name);
end
$$;

-- migrate:down
