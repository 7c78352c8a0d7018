"""Refusals of this service. The wire's codes for them stand in rpc/error_table.py."""

from collections.abc import Mapping
from typing import ClassVar


class CasesError(Exception):
    """Base: `reason` is stable, `message` a template over `metadata`, which holds resource names and codes only."""

    reason: ClassVar[str] = "CASES"
    message: ClassVar[str] = ""

    def __init__(self, **metadata: str) -> None:
        super().__init__(self.reason)
        self.metadata: Mapping[str, str] = metadata


class NotRunning(CasesError):
    """Only what is still asked for can be waived."""

    reason = "NOT_RUNNING"
    message = "{obligation} is {state} and cannot be waived. Look at the timetable again."

    def __init__(self, obligation: str, state: str) -> None:
        super().__init__(obligation=obligation, state=state)


class NotWaived(CasesError):
    """Only what was waived can be restored."""

    reason = "NOT_WAIVED"
    message = "{obligation} is not waived. Look at the timetable again."

    def __init__(self, obligation: str) -> None:
        super().__init__(obligation=obligation)


class CareNotBegun(CasesError):
    """The fact can only be true of a child who is in care, and no period of care covers its day."""

    reason = "CARE_NOT_BEGUN"
    message = (
        "{type} needs a period of care on that day and none is recorded for {subject}."
        " Record became_looked_after first, or correct the date."
    )

    def __init__(self, subject: str, event_type: str) -> None:
        super().__init__(subject=subject, type=event_type)
