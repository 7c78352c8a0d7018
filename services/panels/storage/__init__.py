"""Sittings, outcomes and minutes in PostgreSQL."""
