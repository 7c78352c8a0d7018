"""Doors to the outside: other services, Microsoft Graph, the mail server."""
