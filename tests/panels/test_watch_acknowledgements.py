"""How often a case system is asked for answers that do not come."""

from itertools import pairwise

from services.panels.workers.watch_acknowledgements import LONGEST, Pace


def test_each_is_looked_for_less_and_less_often_and_a_new_one_at_once() -> None:
    clock = 0.0
    pace = Pace(1.0, lambda: clock)
    looked = []
    while clock <= 1_000:
        if pace.take(["old"]):
            looked.append(clock)
        clock += 1.0
    assert looked[:5] == [0, 1, 3, 7, 15]
    assert {later - earlier for earlier, later in pairwise(looked[9:])} == {LONGEST}
    assert pace.take(["old", "new"]) >= {"new"}
    assert "new" not in pace.take(["old", "new"])


def test_what_is_answered_is_forgotten() -> None:
    pace = Pace(1.0, lambda: 0.0)
    assert pace.take(["one"]) == {"one"} and pace.take(["one"]) == set()
    pace.take([])
    assert pace.take(["one"]) == {"one"}
