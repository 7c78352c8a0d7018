"""What waits for a decision maker: what was recommended and why, the decision itself, answers to it, telling people."""

from web.journeys.decisions import plan_change, routes

ROUTES = [*routes.ROUTES, *plan_change.ROUTES]

__all__ = ["ROUTES"]
