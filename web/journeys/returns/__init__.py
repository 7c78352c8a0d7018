"""The national returns' files, and what is to be looked at before they are sent."""

from web.journeys.returns.routes import ROUTES

__all__ = ["ROUTES"]
