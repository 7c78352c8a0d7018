"""Another time that a person asked for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ProposedTime:
    """From when until when, when it was asked for, and at which revision. It moves nothing: somebody decides."""

    start: datetime
    end: datetime
    at: datetime
    revision: int
