"""Invitations, what each person may be told, and the messages that leave. Pure."""
