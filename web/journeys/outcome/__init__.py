"""What a body settled for one subject: recorded while it sits, one place of the agenda after the other."""

from web.journeys.outcome.routes import ROUTES

__all__ = ["ROUTES"]
