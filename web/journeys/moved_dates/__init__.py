"""Due dates that rules or bank holidays moved: both dates, why, and a person's word that they have seen it."""

from web.journeys.moved_dates.routes import ROUTES

__all__ = ["ROUTES"]
