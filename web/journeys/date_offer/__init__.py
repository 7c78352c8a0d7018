"""Dates that are offered: who can make which, taking one or withdrawing them; and the page of whoever was asked."""

from web.journeys.date_offer import answering, routes

ROUTES = [*routes.ROUTES, *answering.ROUTES]

__all__ = ["ROUTES"]
