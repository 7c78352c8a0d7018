-- migrate:up
-- When the other side was asked last to carry it: GOV.UK Notify does not show at once what it took.
alter table invitation add column out_asked_at timestamptz;
alter table reminder add column asked_at timestamptz;

-- migrate:down
