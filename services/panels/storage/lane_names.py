"""Kinds of lane that this service wakes; `bind` gives each a worker."""

from typing import Final

AGENDA_LANE: Final = "panels-agenda"
DELIVERY_LANE: Final = "panels-delivery"
CLOCK_LANE: Final = "panels-minutes-clock"
DECISION_LANE: Final = "panels-decision-clock"
