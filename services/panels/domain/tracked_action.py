"""An action after the meeting that gave it: whose it is, whether it is done, and who was chased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.panels.domain.errors import ActionClosedError
from services.panels.domain.outcome import ActionId
from services.panels.domain.telling import AroundSubject


@dataclass(frozen=True)
class TrackedAction:
    """`owner` is a person's resource name, empty while only the role is known. `text` is personal data."""

    action_id: ActionId
    subject: str
    text: str
    owner_role: str
    due: date
    version: int
    owner: str = ""
    done: bool = False
    cancel_reason: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    chased_at: datetime | None = None

    def closed(self, at: datetime, by: str, cancel_reason: str, name: str) -> "TrackedAction":
        """Done, or with a reason cancelled; ActionClosedError the second time."""
        self._refuse_closed(name)
        done = not cancel_reason
        return replace(
            self, done=done, cancel_reason=cancel_reason, closed_at=at, closed_by=by, version=self.version + 1
        )

    def given_to(self, person: str, name: str) -> "TrackedAction":
        """Another owner; ActionClosedError where nothing is to be done any more."""
        self._refuse_closed(name)
        return replace(self, owner=person, version=self.version + 1)

    def owner_among(self, around: Sequence[AroundSubject]) -> AroundSubject | None:
        """Its owner today: the person it was given to while they have a part, else the one who has its role.

        None where nobody has, or several have and it is not known which.
        """
        if self.owner:
            return next((one for one in around if one.person == self.owner), None)
        holders = {one.person: one for one in around if one.role == self.owner_role}
        return next(iter(holders.values())) if len(holders) == 1 else None

    def _refuse_closed(self, name: str) -> None:
        if self.closed_at is not None:
            raise ActionClosedError(action=name, state="done" if self.done else "cancelled")


@dataclass(frozen=True)
class Chase:
    """One message to one person about all that they are chased for; `person` empty where nobody is known."""

    chase_id: UUID
    person: str
    role: str
    actions: tuple[TrackedAction, ...]
    at: datetime
    by: str


def chases_of(
    owned: Sequence[tuple[TrackedAction, AroundSubject | None]], at: datetime, by: str, new_id: Callable[[], UUID]
) -> list[Chase]:
    """One for each person; where nobody is known, one for each role."""
    groups: dict[tuple[str, str], list[TrackedAction]] = {}
    for action, owner in owned:
        key = (owner.person, "") if owner else ("", action.owner_role)
        groups.setdefault(key, []).append(action)
    roles = {owner.person: owner.role for _, owner in owned if owner}
    return [
        Chase(new_id(), person, role or roles[person], tuple(sorted(actions, key=lambda one: one.due)), at, by)
        for (person, role), actions in groups.items()
    ]
