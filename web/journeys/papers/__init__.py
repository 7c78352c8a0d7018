"""Papers of a sitting, its agenda as it is sent out, and the agenda packs made of both."""

from web.journeys.papers.putting_off import ROUTES as PUTTING_OFF
from web.journeys.papers.routes import ROUTES as PAPERS

ROUTES = [*PAPERS, *PUTTING_OFF]

__all__ = ["ROUTES"]
