"""Sittings of the standing bodies: when they are, their agendas in order, and a run sheet for the table."""

from web.journeys.sittings import item_people, planning, routes

ROUTES = [*routes.ROUTES, *planning.ROUTES, *item_people.ROUTES]

__all__ = ["ROUTES"]
