"""What somebody asked of capacity, as its address says it: days, numbers and opaque keys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from permanence.scheduler.v1 import capacity_service_pb2 as pb

OF = {"chairs": (pb.CAPACITY_OF_CHAIRS, "Chairs"), "rooms": (pb.CAPACITY_OF_ROOMS, "Rooms")}
WEEKS = ("4", "8", "13", "26")
_USUAL_WEEKS = "8"
_SATURDAY = 5


@dataclass(frozen=True)
class Asked:
    """`first` is the Monday of the first week; `role` a chair's, kebab case, empty for all."""

    of: str
    first: date
    weeks: str
    role: str = ""

    @property
    def query(self) -> str:
        """As an address says it."""
        said = {"of": self.of, "from": self.first.isoformat(), "weeks": self.weeks, "role": self.role}
        return urlencode({name: value for name, value in said.items() if value})

    def moved(self, weeks: int, not_before: date) -> "Asked":
        """So many weeks later, or earlier, as far as there is something to come."""
        return replace(self, first=max(self.first + timedelta(weeks=weeks), not_before))


def asked_of(query: Mapping[str, str], today: date) -> Asked:
    """What an address asks for; what it says wrongly is as if it were not said."""
    present = monday_of(today)
    usual = present if today.weekday() < _SATURDAY else present + timedelta(weeks=1)
    of, weeks, role = query.get("of", ""), query.get("weeks", ""), query.get("role", "")
    return Asked(
        of if of in OF else "chairs",
        max(monday_in(query.get("from", "")) or usual, present),
        weeks if weeks in WEEKS else _USUAL_WEEKS,
        role if of != "rooms" and role.replace("-", "").isalpha() and role.isascii() else "",
    )


def monday_in(text: str) -> date | None:
    """The Monday of a day's week; None for what is no day, or too late for a calendar to go on after it."""
    try:
        return monday_of(date.fromisoformat(text)) if text < "9990" else None
    except (ValueError, OverflowError):
        return None


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())
