"""Many meetings moved in one go: chosen, seen beside their new times, held for two minutes, taken back or moved."""

from web.journeys.bulk_move.routes import ROUTES

__all__ = ["ROUTES"]
