"""The emulators' clock: the machine's, until a test takes it in hand."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Runs with the machine; once set or advanced it stands still until it is told again."""

    def __init__(self) -> None:
        self._standing: datetime | None = None

    def now(self) -> datetime:
        """In UTC."""
        return self._standing or datetime.now(UTC)

    def order(self, wanted: dict[str, object]) -> None:
        """`{"now": ISO 8601 with offset}`, `{"advance": seconds}`, or `{}` for the machine's time; ValueError."""
        match wanted:
            case {"now": str(text), **rest} if not rest:
                moment = datetime.fromisoformat(text)
                if moment.tzinfo is None:
                    raise ValueError("now needs an offset, such as 2026-06-01T09:00:00Z")
                self._standing = moment.astimezone(UTC)
            case {"advance": int(seconds) | float(seconds), **rest} if not rest:
                self._standing = self.now() + timedelta(seconds=seconds)
            case {**rest} if not rest:
                self._standing = None
            case _:
                raise ValueError('send {"now": "2026-06-01T09:00:00Z"}, {"advance": seconds} or {}')
