"""Stand-ins for Microsoft Entra, Graph's calendars and a mail server: for the demo and the tests only."""
