"""Given, when, then: what a test is about to do or to look at, said in words that a failure repeats."""

_said: list[str] = []


def given(text: str) -> None:
    """How things stand."""
    _said.append(f"Given {text}")


def when(text: str) -> None:
    """What somebody does."""
    _said.append(f"When {text}")


def then(text: str) -> None:
    """What must be so."""
    _said.append(f"Then {text}")


def begin() -> None:
    """Nothing was said yet: before each test."""
    _said.clear()


def said() -> tuple[str, ...]:
    """Every step so far."""
    return tuple(_said)
