"""Minutes: what is to be signed and filed next, writing, signing, and copies for the file and the family."""

from web.journeys.minutes import adding, form_routes, routes

ROUTES = [*routes.ROUTES, *form_routes.ROUTES, *adding.ROUTES]

__all__ = ["ROUTES"]
