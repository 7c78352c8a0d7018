"""The front page, finding a case by its number, and what the site says about itself."""

from web.journeys.front.routes import ROUTES

__all__ = ["ROUTES"]
