"""A subject's clocks: what must happen by when, why, and how it stands, as a picture and as the same table."""

from web.journeys.clocks import routes, waivers

ROUTES = [*routes.ROUTES, *waivers.ROUTES]

__all__ = ["ROUTES"]
