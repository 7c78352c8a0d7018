"""The register of what reviewing officers took further: its stage, its clocks, and what came of it."""

from web.journeys.escalations.routes import ROUTES

__all__ = ["ROUTES"]
