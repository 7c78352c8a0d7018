"""Actions and deadlines after meetings: what is not issued, due or overdue; one press chases, one message a person."""

from web.journeys.follow_up.routes import ROUTES

__all__ = ["ROUTES"]
