"""How what leaves the council is doing: what waits, what to tell people meanwhile, and holding everything back."""

from web.journeys.integration.routes import ROUTES

__all__ = ["ROUTES"]
