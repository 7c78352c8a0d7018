"""What waits for a decision maker: what was recommended and why, the decision, answers to it, telling people."""

from web.journeys.decisions.routes import ROUTES

__all__ = ["ROUTES"]
