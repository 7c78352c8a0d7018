"""What happened: the dated facts from which clocks are counted; recording one, putting one right, withdrawing one."""

from web.journeys.facts import changes, routes

ROUTES = [*routes.ROUTES, *changes.ROUTES]

__all__ = ["ROUTES"]
