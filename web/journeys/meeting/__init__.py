"""Meetings that have a time: which are coming, who knows and who comes; moving, cancelling, recording what happened."""

from web.journeys.meeting import changes, confirming, moves, routes, spoken_code

ROUTES = [*routes.ROUTES, *changes.ROUTES, *moves.ROUTES, *confirming.ROUTES, *spoken_code.ROUTES]

__all__ = ["ROUTES"]
