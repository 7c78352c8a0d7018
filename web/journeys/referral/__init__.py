"""Referring somebody to a panel or to a family group conference: a form, part by part, then handed in."""

from web.journeys.referral.routes import ROUTES

__all__ = ["ROUTES"]
