"""Whose weeks are how full, and which will break."""

from web.journeys.capacity.routes import ROUTES

__all__ = ["ROUTES"]
