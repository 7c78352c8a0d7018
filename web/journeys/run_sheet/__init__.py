"""The run sheet while a body sits: what is said of each subject, saved as it is written, recorded in half a minute."""

from web.journeys.run_sheet import in_writing, routes

ROUTES = [*routes.ROUTES, *in_writing.ROUTES]

__all__ = ["ROUTES"]
