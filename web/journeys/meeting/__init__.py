"""Meetings that have a time: which are coming, who knows and who comes; moving, cancelling, recording what happened."""

from web.journeys.meeting import changes, moves, routes

ROUTES = [*routes.ROUTES, *changes.ROUTES, *moves.ROUTES]

__all__ = ["ROUTES"]
