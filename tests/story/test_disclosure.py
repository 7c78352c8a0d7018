"""Nothing that left tells anybody what they may not know: every artefact of the played story is searched."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.story.ask_services import Asking, told_events
from tests.story.collect import (
    Readers,
    from_calendars,
    from_exchange,
    from_graph,
    from_logs,
    from_mail,
    from_minutes,
    from_notify,
)
from tests.story.conftest import Played
from tests.story.leak_search import Artefact, LeakSearch, Reader, key_of
from tests.story.read_site import open_pages, staff_pages

KINDS = (
    "graph path", "graph body", "exchange mail", "calendar", "mime", "ics", "plain mail", "subject line", "file name",
    "text", "minutes page", "minutes data", "open page", "staff page", "page title",
    "address", "log", "error text", "resource name", "feed event", "audit row",
)  # fmt: skip
NOT_PLAYED = ("letter", "Notify e-mail")
"""Nobody in the story is told this way: searched where there is one; `test_leak_search.py` shows that it is caught."""

pytestmark = [pytest.mark.xdist_group("story"), pytest.mark.timeout(500)]


@pytest.fixture(scope="module")
def artefacts(played: Played) -> list[Artefact]:
    return collected(played)


def test_nothing_that_left_tells_what_its_reader_may_not_know(
    played: Played, artefacts: list[Artefact], record_property: Callable[[str, object], None]
) -> None:
    search = LeakSearch.of(*played.councils)
    counts = Counter(artefact.kind for artefact in artefacts)
    leaks = [leak for artefact in artefacts for leak in search.leaks(artefact)]
    figures = ", ".join(f"{counts[kind]} {kind}" for kind in (*KINDS, *NOT_PLAYED))
    record_property("disclosure", f"{len(artefacts)} artefacts ({figures}), {len(leaks)} leaks")
    assert not leaks, f"{len(leaks)} leaks, for instance:\n" + "\n".join(
        f"{leak.kind}: {leak.where}: {leak.whose} ({leak.string})" for leak in leaks[:20]
    )
    assert [kind for kind in KINDS if not counts[kind]] == [], f"kinds of which nothing was searched: {counts}"
    assert set(counts) <= {*KINDS, *NOT_PLAYED}


def test_a_joining_link_is_in_nobodys_hands_who_may_not_have_it(
    played: Played, artefacts: list[Artefact], record_property: Callable[[str, object], None]
) -> None:
    """Of the first meeting: parents who must not meet, and carers whose address the father may not learn."""
    made, link = played.councils[0], re.compile(r"https://teams\.example\.invalid/l/meetup-join/\w+")
    holding = [one for one in artefacts if link.search(one.text)]
    owners = {owner for one in holding for owner in one.owners}
    cast = made.story
    kept = {key_of(made.spec.slug, one) for one in (cast.mother_id, cast.father_id, *cast.carer_ids)}
    may = {key_of(made.spec.slug, one) for one in (cast.school_contact_id, cast.health_visitor_id)}
    record_property("joining link", f"in {len(holding)} artefacts, in the hands of {len(owners)} people outside")
    assert owners & may and any(one.reader is Reader.STAFF for one in holding), "nobody was told one"
    assert owners & kept == set()
    never = {"subject line", "file name", "page title", "log", "error text", "resource name", "feed event", "audit row"}
    assert never & {one.kind for one in holding} == set()


def collected(played: Played) -> list[Artefact]:
    """Everything; logs last, when all the failing calls have been written into them."""
    demo, readers = played.demo, Readers(played.councils)
    organisers = {made.organiser for made in played.councils}
    found = [
        *from_graph(demo.control("requests")["requests"], readers),
        *from_exchange(demo.control("mail")["mail"], readers),
        *from_calendars(demo.control("calendars")["tenants"], readers, organisers),
        *from_mail(demo.root / "mail", readers),
        *from_notify(demo.notify_messages(), readers),
        *from_minutes(demo.root / "minutes"),
        *open_pages(demo),
        *staff_pages(demo, played.councils[0].spec.slug),
    ]
    found += asyncio.run(_asked(played))
    return [*found, *from_logs(demo.root / "log", demo.lines)]


async def _asked(played: Played) -> list[Artefact]:
    made = played.councils[0]
    child = made.protected[made.story.elder_child_id]
    asking = Asking(played.demo, made.spec)
    try:
        found = [artefact async for artefact in asking.refusals(child.names[0])]
        found += [artefact async for artefact in asking.resource_names()]
        found += [artefact async for artefact in asking.minutes_pages()]
    finally:
        await asking.close()
    for council in played.councils:
        found += [artefact async for artefact in told_events(played.demo, council.spec)]
    return found
