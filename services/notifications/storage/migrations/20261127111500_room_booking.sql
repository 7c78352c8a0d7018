-- migrate:up
-- Whether the room's mailbox has taken the time that was asked of it. One per meeting that has such a room.
create table room_booking (
    council_id uuid not null,
    meeting text not null,
    mailbox text not null,
    start_time timestamptz not null,
    end_time timestamptz not null,
    state text not null check (state in ('ROOM_STATE_PENDING', 'ROOM_STATE_ACCEPTED', 'ROOM_STATE_DECLINED')),
    primary key (council_id, meeting)
);
select enable_tenancy('room_booking');

-- migrate:down
