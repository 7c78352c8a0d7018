"""What must be arranged: clocks without a meeting, the most urgent first, and what colleagues have begun."""

from web.journeys.to_arrange.routes import ROUTES

__all__ = ["ROUTES"]
