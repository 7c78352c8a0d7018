"""Reading settings from an environment mapping, with every fault collected before any is shown."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class ConfigError(ValueError):
    """Every fault of a configuration, one a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the configuration has faults:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = tuple(faults)


class Environment:
    """Each method returns the value or, after a fault, something of the right type; `faults` then stops the start.

    A name may also be given as NAME_FILE, a mounted file that holds the value.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []
        self.read: dict[str, bool] = {}

    def text(self, name: str, default: str | None = None) -> str:
        """The value; without a default it is required."""
        return self._value(name, default, secret=False)

    def secret(self, name: str, default: str | None = None) -> str:
        """As `text`, but masked wherever the configuration is shown."""
        return self._value(name, default, secret=True)

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return self._parsed(name, default, int, 0, "a whole number")

    def seconds(self, name: str, default: float | None = None) -> float:
        """A number of seconds."""
        return self._parsed(name, default, float, 0.0, "a number of seconds")

    def path(self, name: str, default: Path | None = None) -> Path:
        """A path; not checked for existence."""
        return self._parsed(name, default, Path, Path(), "a path")

    def flag(self, name: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._parsed(name, default, _flag, False, "true or false")

    def choice(self, name: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of `allowed`."""
        value = self.text(name, default)
        if value not in allowed:
            self.fault(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
            return allowed[0]
        return value

    def address(self, name: str, default: str | None = None) -> tuple[str, int]:
        """host:port; port 0 asks for a free one. IPv6 hosts stand in brackets."""
        return self._parsed(name, default, split_address, ("127.0.0.1", 0), "host:port")

    def existing_file(self, name: str, default: Path | None = None) -> Path | None:
        """A file that must be there when it is named; None when it is not named."""
        if not self._environ.get(name) and default is None:
            return None
        path = self.path(name, default)
        if not path.is_file():
            self.fault(f"{name}: there is no file {path}")
        return path

    def fault(self, text: str) -> None:
        """Record a fault."""
        self.faults.append(text)

    def raise_if_any(self) -> None:
        """ConfigError with every fault so far."""
        if self.faults:
            raise ConfigError(self.faults)

    def _value(self, name: str, default: str | None, *, secret: bool) -> str:
        self.read[name] = secret
        value = self._environ.get(name) or self._from_file(name)
        if value:
            return value
        if default is None:
            self.fault(f"{name} is not set")
        return default or ""

    def _from_file(self, name: str) -> str:
        file = self._environ.get(f"{name}_FILE")
        if not file:
            return ""
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            self.fault(f"{name}_FILE: cannot read {file} ({error.strerror})")
            return "?"

    def _parsed(self, name: str, default: object | None, parse: Callable[[str], T], fallback: T, shape: str) -> T:
        had = len(self.faults)
        text = self._value(name, None if default is None else str(default), secret=False)
        if len(self.faults) > had:
            return fallback
        try:
            return parse(text)
        except ValueError:
            self.fault(f"{name} must be {shape}, not {text!r}")
            return fallback


def split_address(text: str) -> tuple[str, int]:
    """host:port as a pair; ValueError for anything else."""
    host, separator, port = text.rpartition(":")
    number = int(port)
    if not separator or not host or not 0 <= number <= 65535:
        raise ValueError(text)
    return host.strip("[]"), number


def _flag(text: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]
