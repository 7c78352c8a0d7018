"""Pages are full, hold all that may be seen once, and tell nothing of what is hidden; few rows need few questions."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from servicekit.page import LARGEST_SIZE, PageRequest, fill_page


class Shelf:
    """Numbered rows, of which some may be seen."""

    def __init__(self, rows: int, seen: frozenset[int]) -> None:
        self.rows, self.seen = rows, seen
        self.questions: list[int] = []

    async def read(self, step: PageRequest) -> Sequence[int]:
        first = int(step.after[0]) + 1 if step.after else 0
        return range(first, min(first + step.size, self.rows))

    async def visible(self, found: Sequence[int]) -> Sequence[int]:
        self.questions.append(len(found))
        return [row for row in found if row in self.seen]

    def page(self, size: int, after: tuple[str, ...]) -> tuple[list[int], tuple[str, ...] | None]:
        page = PageRequest(size, after)
        return asyncio.run(fill_page(page, self.read, self.visible, lambda row: (str(row),)))


@given(st.integers(0, 1500), st.frozensets(st.integers(0, 1499)), st.integers(1, LARGEST_SIZE))
def test_pages_are_full_and_no_token_rests_on_a_hidden_row(rows: int, seen: frozenset[int], size: int) -> None:
    shelf = Shelf(rows, seen)
    expected = sorted(row for row in shelf.seen if row < shelf.rows)
    found: list[int] = []
    after: tuple[str, ...] | None = ()
    while after is not None:
        shown, after = shelf.page(size, after)
        found += shown
        assert after is None or (len(shown) == size and after == (str(shown[-1]),))
    assert found == expected
    assert not expected or len(shown) > 0, "a token is given only where something follows"


def test_few_visible_rows_among_many_hidden_ones_need_a_handful_of_questions() -> None:
    shelf = Shelf(1400, frozenset(range(0, 1400, 70)))
    shown, after = shelf.page(25, ())
    assert (len(shown), after) == (20, None)
    assert shelf.questions == [100, 500, 800]


def test_where_all_may_be_seen_no_more_is_read_than_a_page_needs() -> None:
    shelf = Shelf(1400, frozenset(range(1400)))
    shelf.page(25, ())
    assert shelf.questions == [100]
