-- migrate:up
alter table invitation
    add column receipt_id uuid,
    add column delivery text not null default 'MESSAGE_DELIVERY_UNSPECIFIED',
    add column delivery_time timestamptz;
create index invitation_by_receipt on invitation (council_id, receipt_id) where receipt_id is not null;

create table receipt (
    council_id uuid not null,
    -- GOV.UK Notify's own id.
    id uuid not null,
    sent_at timestamptz not null,
    asked_at timestamptz,
    delivery text not null,
    primary key (council_id, id)
);
create index receipt_on_its_way on receipt (council_id, sent_at) where delivery = 'MESSAGE_DELIVERY_ON_ITS_WAY';
select enable_tenancy('receipt');

-- migrate:down
