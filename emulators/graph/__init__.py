"""The calendar part of Microsoft Graph v1.0, with its known habits, faults and drills."""
