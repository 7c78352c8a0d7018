"""Exactly what each person will receive of a meeting, to be read before it goes, and letting it go."""

from web.journeys.release.routes import ROUTES

__all__ = ["ROUTES"]
