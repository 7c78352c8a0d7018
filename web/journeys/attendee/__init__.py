"""The page of whoever is asked to a meeting and has no account: answering, saying what they need, reading more."""

from web.journeys.attendee import answering, needing, proving

ROUTES = [*answering.ROUTES, *needing.ROUTES, *proving.ROUTES]

__all__ = ["ROUTES"]
