"""Sittings of the standing bodies: when they are, their agendas in order, and a run sheet for the table."""

from web.journeys.sittings import planning, routes

ROUTES = [*routes.ROUTES, *planning.ROUTES]

__all__ = ["ROUTES"]
