"""The figures of a period: each with numerator and denominator, month by month, and the cases behind it."""

from web.journeys.scorecard.routes import ROUTES

__all__ = ["ROUTES"]
