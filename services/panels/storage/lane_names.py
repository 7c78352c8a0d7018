"""Kinds of lane that this service wakes; `bind` gives each a worker."""

from typing import Final

AGENDA_LANE: Final = "panels-agenda"
DELIVERY_LANE: Final = "panels-delivery"
CLOCK_LANE: Final = "panels-minutes-clock"
ITEM_PEOPLE_LANE: Final = "panels-item-people"
DECISION_LANE: Final = "panels-decision-clock"
