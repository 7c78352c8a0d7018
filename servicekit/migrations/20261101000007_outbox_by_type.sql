-- migrate:up
create index outbox_feed_by_type on outbox (council_id, type, feed_position);

-- migrate:down
