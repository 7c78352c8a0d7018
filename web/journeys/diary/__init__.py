"""Somebody's own days, on screen, on paper and in their own calendar program."""

from web.journeys.diary import feeds, hours, routes

ROUTES = [*routes.ROUTES, *feeds.ROUTES, *hours.ROUTES]

__all__ = ["ROUTES"]
