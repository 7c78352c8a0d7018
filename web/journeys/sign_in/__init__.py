"""Signing in with the council's Entra ID, and out again."""

from web.journeys.sign_in.routes import ROUTES

__all__ = ["ROUTES"]
