"""Who sits on a panel, who comes to a sitting, and who keeps out of what."""

from web.journeys.panel_members.list_routes import ROUTES as OF_LISTS
from web.journeys.panel_members.sitting_routes import ROUTES as OF_SITTINGS

ROUTES = [*OF_LISTS, *OF_SITTINGS]

__all__ = ["ROUTES"]
