"""The panels service: standing bodies, their sittings, what they settle, and the minutes of meetings."""
