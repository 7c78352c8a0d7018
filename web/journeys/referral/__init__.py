"""Referring somebody to a panel or to a family group conference: a form, part by part, then handed in."""

from web.journeys.referral.papers import ROUTES as PAPERS
from web.journeys.referral.routes import ROUTES as REFERRALS

ROUTES = [*REFERRALS, *PAPERS]

__all__ = ["ROUTES"]
