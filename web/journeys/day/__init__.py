"""One day's meetings on paper, for when Outlook is down."""

from web.journeys.day.routes import ROUTES

__all__ = ["ROUTES"]
