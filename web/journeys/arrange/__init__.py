"""Arranging a meeting as a task list that another officer can pick up: who, who must not meet, when, check and book."""

from web.journeys.arrange import booking, hold_step, offer_step, people_step, routes, time_step

ROUTES = [
    *routes.ROUTES,
    *people_step.ROUTES,
    *time_step.ROUTES,
    *offer_step.ROUTES,
    *booking.ROUTES,
    *hold_step.ROUTES,
]

__all__ = ["ROUTES"]
