"""Minutes: what is to be signed and filed next, writing, signing, and copies for the file and the family."""

from web.journeys.minutes.routes import ROUTES

__all__ = ["ROUTES"]
