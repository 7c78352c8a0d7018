"""Time as bits: a Python int in which bit n is the n-th five minutes of a stretch of UTC days.

AND, erosion by doubling shifts and reading set bits through bytes all run in C: a search over weeks takes microseconds.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

GRAIN_MINUTES = 5
GRAINS_PER_DAY = 24 * 60 // GRAIN_MINUTES
BYTES_PER_DAY = GRAINS_PER_DAY // 8
_EPOCH = date(1970, 1, 1)
_NOT_ZERO = re.compile(rb"[^\x00]")
_ONES = tuple((1 << length) - 1 for length in range(GRAINS_PER_DAY + 1))
_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))

Span = tuple[int, int]
"""[start, end) in whole minutes since 1970-01-01T00:00Z."""


@dataclass(frozen=True, slots=True)
class ReadyBits:
    """Grains of whole UTC days from `first_day`, made ready when they were written."""

    first_day: date
    bits: int

    @property
    def origin(self) -> int:
        """Its first minute since the epoch."""
        return (self.first_day - _EPOCH).days * 1440


# A named tuple: every search looks kept masks up by it, and its hash is made in C.
class Grid(NamedTuple):
    """`days` whole UTC days from `first_day`."""

    first_day: date
    days: int

    @property
    def origin(self) -> int:
        """Its first minute since the epoch."""
        return (self.first_day - _EPOCH).days * 1440

    @property
    def size(self) -> int:
        """Number of grains."""
        return self.days * GRAINS_PER_DAY

    @property
    def everything(self) -> int:
        """All bits set."""
        return _ones(self.size)

    def mask(self, spans: Iterable[Span]) -> int:
        """Every grain that one of the spans touches; what lies outside the grid is left out."""
        origin, size = self.origin, self.size
        # Day by day: setting bits in a small int costs a tenth of doing so in the whole.
        days = [0] * self.days
        for start, end in spans:
            first = (start - origin) // GRAIN_MINUTES
            length = -((start - end) // GRAIN_MINUTES) if start % GRAIN_MINUTES == 0 else 0
            day, at = divmod(first, GRAINS_PER_DAY)
            if 0 < length <= GRAINS_PER_DAY - at and first >= 0 and first + length <= size:
                # Nearly every diary entry begins on a grain and lies within one day.
                days[day] |= _ONES[length] << at
                continue
            first, last = max(0, first), min(size, -((origin - end) // GRAIN_MINUTES))
            while first < last:
                day, at = divmod(first, GRAINS_PER_DAY)
                stop = min(last, (day + 1) * GRAINS_PER_DAY)
                days[day] |= _ONES[stop - first] << at
                first = stop
        return int.from_bytes(b"".join([day.to_bytes(BYTES_PER_DAY, "little") for day in days]), "little")

    def place(self, ready: ReadyBits) -> int:
        """Ready bits on this grid; what lies outside is left out."""
        days = (ready.first_day - self.first_day).days
        shifted = ready.bits << days * GRAINS_PER_DAY if days >= 0 else ready.bits >> -days * GRAINS_PER_DAY
        return shifted & self.everything

    def instant(self, grain: int) -> datetime:
        """When that grain begins."""
        start = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        return start + timedelta(minutes=grain * GRAIN_MINUTES)

    def grain_at_or_after(self, instant: datetime) -> int:
        """The first grain that does not begin before the instant; may lie outside the grid."""
        minutes, left = divmod(int(instant.timestamp()), 60)
        return -((self.origin - minutes - (1 if left else 0)) // GRAIN_MINUTES)

    def between(self, first: int, last: int) -> int:
        """Grains first to last, last left out, clipped to the grid."""
        first, last = max(0, first), min(self.size, last)
        return ((1 << (last - first)) - 1) << first if first < last else 0

    def half_hours(self) -> int:
        """The grains at which a half-hour begins; London's too, for it lies whole hours from UTC."""
        day = sum(1 << grain for grain in range(0, GRAINS_PER_DAY, 30 // GRAIN_MINUTES))
        return int.from_bytes(day.to_bytes(BYTES_PER_DAY, "little") * self.days, "little")


@lru_cache(maxsize=64)
def _ones(count: int) -> int:
    return (1 << count) - 1


def grains(minutes: int) -> int:
    """How many grains cover so many minutes."""
    return -(-minutes // GRAIN_MINUTES)


def span(start: datetime, end: datetime) -> Span:
    """Two instants as minutes; the end is rounded up."""
    return int(start.timestamp()) // 60, -(-int(end.timestamp()) // 60)


def ready_bits(spans: Sequence[Span]) -> ReadyBits:
    """Every grain that one of the spans touches, from the first one's day to the last one's."""
    first = _EPOCH + timedelta(minutes=min(start for start, _ in spans))
    last = _EPOCH + timedelta(minutes=max(end for _, end in spans) - 1)
    return ReadyBits(first, Grid(first, (last - first).days + 1).mask(spans))


def ready_bytes(ready: ReadyBits) -> bytes:
    """Little endian, whole days, the last one that has a bit included."""
    days = -(-ready.bits.bit_length() // GRAINS_PER_DAY)
    return ready.bits.to_bytes(days * BYTES_PER_DAY, "little")


def before(mask: int, count: int) -> int:
    """The mask with so many grains before each set bit set too: dilation by doubling."""
    have = 0
    while have < count:
        step = min(have + 1, count - have)
        mask |= mask >> step
        have += step
    return mask


def after(mask: int, count: int, grid: Grid) -> int:
    """The mask with so many grains after each set bit set too, as far as the grid goes: dilation by doubling."""
    have = 0
    while have < count:
        step = min(have + 1, count - have)
        mask |= mask << step
        have += step
    return mask & grid.everything


def runs(mask: int, length: int) -> int:
    """The bits at which `length` set bits in a row begin: erosion by doubling."""
    have = 1
    while have < length and mask:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask


def positions(mask: int) -> Iterator[int]:
    """Numbers of the set bits, rising. One pass over the bytes: `mask & -mask` would copy the int for each bit."""
    data = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    for found in _NOT_ZERO.finditer(data):
        at = found.start()
        for bit in _BITS[data[at]]:
            yield at * 8 + bit
