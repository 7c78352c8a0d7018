"""The clocks of all children in care in England from facts to due dates, and again when a bank holiday is proclaimed.

Every rule of a pack is run for each of 84,000 made children on two cores. Beside each figure stands one vectorised
numpy pass over as many deadlines in the same run: the date arithmetic alone, without rules, keys or reasons. Then one
child's timetable by itself. One JSON line a measure; `ratio` is the reference's time over ours. Deadlines that are
plain working days from an anchor are compared with numpy's.

    python -m bench.clocks [--short]
"""

import argparse
import gc
import json
import multiprocessing
import statistics
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from multiprocessing.connection import Connection

import numpy as np

from bench.date_arithmetic import arithmetic_seconds
from bench.made_children import AS_OF, MadeChild, make_child
from rulebook.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays
from rulebook.counting import Unit
from rulebook.due import AnchorDate, Within
from rulebook.evaluate import evaluate
from rulebook.explain import Reason
from rulebook.obligation import Obligation
from rulebook.pack import load_pack
from rulebook.rule import Rule
from rulebook.working_days import WorkingDays, england_and_wales

CHILDREN, FEW_CHILDREN, CORES, SAMPLE = 84_000, 2_000, 2, 1_000
PACKS = ("england", "bcp")
PROCLAIMED = date(2026, 3, 30)
EPOCH = date(1970, 1, 1).toordinal()
REFERENCE = "np.busday_offset, one vectorised pass over as many deadlines"
Kept = tuple[str, date | None]
"""What is stored of an obligation: its state and its due date."""


@dataclass(frozen=True)
class Question:
    """What a core is asked to work out for all of its children."""

    pack: str
    proclaimed: bool = False


@dataclass(frozen=True)
class Answer:
    """How many obligations came out, how many of them changed, and the due dates there are, as days since 1970."""

    obligations: int
    changed: int
    dues: array = field(repr=False)  # type: ignore[type-arg]


def serve(line: Connection, numbers: Sequence[int]) -> None:
    """One core: makes its children, says so, and answers until there is no further question."""
    children = [make_child(number) for number in numbers]
    stored: dict[str, list[dict[str, Kept]]] = {}
    for pack in PACKS:
        _clocks(children[0], Question(pack))
    # What was made is nobody's garbage: it is not walked through while the clock runs.
    gc.collect()
    gc.freeze()
    line.send(len(children))
    while (question := line.recv()) is not None:
        line.send(answer(children, question, stored))


def answer(children: Sequence[MadeChild], question: Question, stored: dict[str, list[dict[str, Kept]]]) -> Answer:
    """Works out every child's obligations and stores what differs from what is stored."""
    kept = stored.setdefault(question.pack, [{} for _ in children])
    obligations, changed, dues = 0, 0, array("i")
    for child, before in zip(children, kept, strict=True):
        for one in _clocks(child, question):
            obligations += 1
            now = (one.state, one.due_on)
            if before.get(one.key) != now:
                before[one.key] = now
                changed += 1
            if one.due_on is not None:
                dues.append(one.due_on.toordinal() - EPOCH)
    return Answer(obligations, changed, dues)


def _clocks(child: MadeChild, question: Question) -> list[Obligation]:
    return evaluate(load_pack(question.pack), child.subject, child.facts, AS_OF, table(question.proclaimed))


@lru_cache(maxsize=2)
def table(proclaimed: bool) -> WorkingDays:
    """The working days, with a bank holiday proclaimed two weeks ahead or without."""
    return WorkingDays(extra={PROCLAIMED: "A day of mourning"}) if proclaimed else england_and_wales()


@contextmanager
def cores(children: int) -> Iterator[list[Connection]]:
    """Processes that each hold their share of the children, ready to be asked."""
    lines, workers = [], []
    for core in range(CORES):
        ours, theirs = multiprocessing.Pipe()
        workers.append(multiprocessing.Process(target=serve, args=(theirs, range(core, children, CORES)), daemon=True))
        workers[-1].start()
        lines.append(ours)
    for line in lines:
        line.recv()
    try:
        yield lines
    finally:
        for line in lines:
            line.send(None)
        for worker in workers:
            worker.join()


def ask(lines: Sequence[Connection], question: Question) -> tuple[float, Answer]:
    """Seconds from asking all cores to the last answer, and their answers as one."""
    began = time.perf_counter()
    for line in lines:
        line.send(question)
    found: list[Answer] = [line.recv() for line in lines]
    seconds = time.perf_counter() - began
    dues = array("i", (due for one in found for due in one.dues))
    return seconds, Answer(sum(one.obligations for one in found), sum(one.changed for one in found), dues)


def vectorised(starts: Sequence[int], runs: int = 5) -> float:
    """Seconds of one numpy pass: twenty working days from each start, the median of some runs."""
    days, calendar = np.asarray(starts, dtype="int64").astype("datetime64[D]"), busdays()
    return statistics.median(
        timed(lambda: np.busday_offset(days, 20, roll="backward", busdaycal=calendar)) for _ in range(runs)
    )


@lru_cache(maxsize=1)
def busdays() -> np.busdaycalendar:
    """The same bank holidays as numpy has them."""
    return np.busdaycalendar(holidays=[np.datetime64(day) for day in bank_holidays(FIRST_YEAR, LAST_YEAR)])


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure_all(pack: str, children: int, lines: Sequence[Connection], share: float) -> None:
    """All children from facts to due dates, then all of them again with the proclaimed day."""
    seconds, first = ask(lines, Question(pack))
    more: dict[str, float] = {"obligations": first.obligations, "deadlines": len(first.dues)}
    more |= {"children_per_second": round(children / seconds), "share_of_date_arithmetic": round(share, 4)}
    say(f"{pack}_facts_to_due_dates", seconds, "s", vectorised(first.dues), children, more | {"cores": CORES})
    seconds, second = ask(lines, Question(pack, proclaimed=True))
    assert 0 < second.changed < second.obligations == first.obligations
    more = {"obligations": second.obligations, "deadlines": len(second.dues), "moved": second.changed}
    say(f"{pack}_proclaimed_bank_holiday", seconds, "s", vectorised(second.dues), children, more | {"cores": CORES})


def measure_one(pack: str, children: Sequence[MadeChild]) -> float:
    """One child after another on one core; returns the share of the date arithmetic in it."""
    micro, found = [], []
    for child in children:
        began = time.perf_counter()
        found.append(_clocks(child, Question(pack)))
        micro.append((time.perf_counter() - began) * 1e6)
    compare([one for clocks in found for one in clocks])
    dues = [[one.due_on.toordinal() - EPOCH for one in clocks if one.due_on] for clocks in found]
    theirs = statistics.median(vectorised(one, runs=1) for one in dues) * 1e6
    more = {
        "p99": round(statistics.quantiles(micro, n=100, method="inclusive")[98], 1),
        "slowest": round(max(micro), 1),
    }
    say(f"{pack}_one_child", statistics.median(micro), "us", theirs, len(children), more)
    return arithmetic_seconds([one for clocks in found for one in clocks]) / (sum(micro) / 1e6)


def compare(obligations: Sequence[Obligation]) -> None:
    """Every deadline of so many working days after its anchor is the one that numpy counts."""
    plain = [found for one in obligations if (found := _plain(one)) is not None]
    assert len(plain) >= len(obligations) / 20, "a comparison of next to nothing proves nothing"
    starts, amounts, dues = zip(*plain, strict=True)
    days = np.asarray(starts, dtype="datetime64[D]")
    counted = np.busday_offset(days, np.asarray(amounts), roll="backward", busdaycal=busdays())
    assert (counted == np.asarray(dues, dtype="datetime64[D]")).all()


def _plain(one: Obligation) -> tuple[date, int, date] | None:
    """Anchor, working days and due date of an obligation that is counted so and no other way."""
    match one.why:
        case Reason(rule=Rule(due=Within(amount=amount, unit=Unit.WORKING_DAYS, of=AnchorDate()))):
            return (one.anchor_on, amount, one.due_on) if one.anchor_on and one.due_on else None
        case _:
            return None


def say(measure: str, value: float, unit: str, reference: float, n: int, more: dict[str, float]) -> None:
    """One line."""
    line = {
        "bench": "clocks", "measure": measure, "value": round(value, 2), "unit": unit, "better": "lower",
        "reference": REFERENCE, "reference_value": float(f"{reference:.3g}"),
        "ratio": float(f"{reference / value:.2g}"), "n": n,
    }  # fmt: skip
    print(json.dumps(line | more), flush=True)


def main() -> None:
    """One child first, on a quiet machine; then everybody."""
    parser = argparse.ArgumentParser(description="All clocks of all children, beside numpy.")
    parser.add_argument("--short", action="store_true", help=f"{FEW_CHILDREN} children instead of {CHILDREN}")
    children = FEW_CHILDREN if parser.parse_args().short else CHILDREN
    sample = [make_child(number) for number in range(SAMPLE)]
    shares = {}
    for pack in PACKS:
        _clocks(sample[0], Question(pack))
        shares[pack] = measure_one(pack, sample)
    with cores(children) as lines:
        for pack in PACKS:
            measure_all(pack, children, lines, shares[pack])


if __name__ == "__main__":
    main()
