"""The run sheet while a body sits: what is said of each subject, saved as it is written, recorded in half a minute."""

from web.journeys.run_sheet import in_writing, routes, sitting_steps

ROUTES = [*routes.ROUTES, *sitting_steps.ROUTES, *in_writing.ROUTES]

__all__ = ["ROUTES"]
