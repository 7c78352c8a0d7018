"""What a tracking panel looks at: one row a subject, the one whose clock runs out first leading."""

from web.journeys.tracker.routes import ROUTES

__all__ = ["ROUTES"]
