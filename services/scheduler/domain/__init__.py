"""Pure: meetings, diaries, slot search, series. No wire, no SQL, no clock of its own."""
