"""Meetings that have a time: which are coming, who knows and who comes; moving, cancelling, recording what happened."""

from web.journeys.meeting import by_video, changes, confirming, moves, routes, spoken_code

ROUTES = [*routes.ROUTES, *changes.ROUTES, *moves.ROUTES, *by_video.ROUTES, *confirming.ROUTES, *spoken_code.ROUTES]

__all__ = ["ROUTES"]
