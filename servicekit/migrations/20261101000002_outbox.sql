-- migrate:up
create table outbox (
    event_id uuid primary key,
    council_id uuid not null,
    aggregate text not null,
    type text not null,
    payload jsonb not null,
    request_id text not null default '',
    recorded_at timestamptz not null,
    ordinal bigint generated always as identity,
    feed_position bigint unique
);
create index outbox_waiting on outbox (ordinal) where feed_position is null;
create index outbox_feed on outbox (council_id, feed_position);
select enable_tenancy('outbox');
-- The relay places events of every council; it reads no payload.
create policy relay on outbox using (current_setting('app.relay', true) = 'on');

create table feed_head (
    single boolean primary key default true check (single),
    position bigint not null
);
insert into feed_head (position) values (0);

create function outbox_nudge() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end
$$;
create trigger outbox_nudge after insert on outbox for each statement execute function outbox_nudge();

create table inbox_cursor (
    producer text not null,
    council_id uuid not null,
    position bigint not null,
    primary key (producer, council_id)
);
select enable_tenancy('inbox_cursor');

create table inbox_parked (
    producer text not null,
    council_id uuid not null,
    position bigint not null,
    event_id uuid not null,
    aggregate text not null,
    type text not null,
    error_type text not null,
    parked_at timestamptz not null,
    released boolean not null default false,
    primary key (producer, council_id, position)
);
create index inbox_parked_aggregate on inbox_parked (producer, council_id, aggregate, position);
select enable_tenancy('inbox_parked');

-- migrate:down
