"""Finding and taking times: working hours, rooms, slot search, holds, bookings and series."""
