"""What people changed in Outlook, and where the mailbox differs: shown until somebody decides or it has gone."""

from web.journeys.outlook_changes.routes import ROUTES

__all__ = ["ROUTES"]
