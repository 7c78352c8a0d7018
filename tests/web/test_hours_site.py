"""Somebody's hours and absences as pages: what they read, what is sent, what is refused. The services are played."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import icalendar
import pytest
from aiohttp.test_utils import TestClient, TestServer
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.council_pb2 import Council as CouncilMessage
from permanence.scheduler.v1 import bulk_moves_service_pb2 as moves_pb
from permanence.scheduler.v1 import diary_service_pb2 as diary_pb
from permanence.scheduler.v1 import peoples_time_service_pb2 as pb
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb

from servicekit.errors import Violation
from tests.web.made_app import made_app
from tests.web.test_diary_site import KEY, PERSON, a_day, at, entry, post
from tests.web.test_figures_site import Played, Site
from tests.web.test_site import SignedInAlready, _config
from web.desk import Desk, Refused
from web.guard import ENTRA, SESSIONS
from web.journeys.bulk_move.forms import asked_for
from web.journeys.diary.calendar_file import calendar_file
from web.journeys.diary.hours_forms import AwayForm, HoursForm, NumberForm, with_new
from web.journeys.diary.hours_presenters import away_words, hours_rows, typed_hours

TODAY = date(2026, 3, 18)
ABSENCE = f"councils/demo/absences/{KEY}"


def day(month: int, number: int) -> Date:
    return Date(year=2026, month=month, day=number)


def hours(*weekdays: int, **more: Any) -> pb.WorkingPattern:
    stretches = [pb.WeekdayHours(weekday=one, local_from="09:00", local_until="17:30") for one in weekdays]
    return pb.WorkingPattern(hours=stretches, **more)


def away(*meetings: pb.MissedMeeting, **more: Any) -> pb.Absence:
    days: dict[str, Any] = {"from_date": day(3, 17), "until_date": day(3, 20), **more}
    return pb.Absence(name=ABSENCE, person=PERSON, kind=pb.ABSENCE_KIND_SICKNESS, meetings=meetings, **days)


MISSED = pb.MissedMeeting(
    meeting=f"councils/demo/meetings/{KEY}", title="Child in care review", reference="M-000412", chair=True,
    start_time=at("2026-03-19T10:00"), end_time=at("2026-03-19T11:30"),
)  # fmt: skip


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    played = Played()
    time = pb.WorkingTime(person=PERSON, own=True, patterns=[hours(1, 2, 3)], etag="e1", usual_most_chaired_a_day=3)
    played.replies |= {
        "GetCouncilRequest": cases_pb.GetCouncilResponse(council=CouncilMessage(display_name="Northmoor")),
        "LookUpStaffRequest": cases_pb.LookUpStaffResponse(),
        "GetWorkingTimeRequest": pb.GetWorkingTimeResponse(working_time=time),
        "ListAbsencesRequest": pb.ListAbsencesResponse(absences=[away(MISSED)]),
        "SetWorkingPatternRequest": pb.SetWorkingPatternResponse(),
        "RecordAbsenceRequest": pb.RecordAbsenceResponse(absence=away(MISSED)),
        "WithdrawAbsenceRequest": pb.WithdrawAbsenceResponse(),
        "ListBulkMovesRequest": moves_pb.ListBulkMovesResponse(),
        "ListRoomsRequest": scheduler_pb.ListRoomsResponse(),
    }

    async def ask(_: Desk, service: str, method: Callable[..., Any], request: Message, **options: Any) -> Any:
        reply = played.of(request)
        if isinstance(reply, Exception):
            raise reply
        return reply

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setattr(Desk, "today", lambda _: TODAY)
    app = made_app(_config())
    app[ENTRA] = SignedInAlready()  # type: ignore[assignment]
    async with TestClient(TestServer(app)) as client:
        found = Site(client, played)
        found.as_role("business-support")
        yield found


async def sent_again(site: Site, path: str, **fields: str) -> str:
    """The page that a form comes back to."""
    session = next(iter(site.client.app[SESSIONS]._open.values()))  # type: ignore[index]
    form = {"form_token": session.form_token, "request_id": KEY, **fields}
    async with site.client.post(path, data=form, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and "<title>Error: " in text, answer.status
        return text


def days(name: str, when: date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


async def test_the_page_says_hours_absences_and_what_falls_into_them(site: Site) -> None:
    text = await site.get("/diary/hours")
    assert site.played.last("GetWorkingTimeRequest").person == ""
    assert "My hours and absences" in text and "9am to 5:30pm" in text and "As the case system" in text
    assert "Tuesday 17 March 2026 to Friday 20 March 2026" in text and "Sickness" in text
    assert "Thursday 19 March 2026, 10am to 11:30am: Child in care review, M-000412, chairs" in text
    # From today on: what is over cannot be moved.
    assert f"/bulk-moves/new?whose=people%2F{KEY}&amp;first=2026-03-18&amp;last=2026-03-20&amp;cause=absence" in text
    site.as_role("reviewing-officer")
    text = await site.get("/diary/hours")
    assert "/bulk-moves/new" not in text and "Ask business support to move them" in text


async def test_unknown_hours_are_said_to_be_unknown(site: Site) -> None:
    site.played.replies["GetWorkingTimeRequest"] = pb.GetWorkingTimeResponse(working_time=pb.WorkingTime(etag="e"))
    site.played.replies["ListAbsencesRequest"] = pb.ListAbsencesResponse()
    text = await site.get(f"/diary/hours?person={KEY}")
    assert site.played.last("ListAbsencesRequest").person == PERSON
    assert "Hours and absences of a colleague" in text and "Nobody knows when they work" in text
    assert "No absence is recorded" in text
    site.played.replies["GetWorkingTimeRequest"] = Refused("NOT_ON_STAFF_LIST", {}, ())  # type: ignore[assignment]
    assert "does not hold your account" in await site.get("/diary/hours")


async def test_an_absence_is_recorded_for_whom_it_is_and_withdrawn(site: Site) -> None:
    fields = {"kind": "leave", **days("first", date(2026, 5, 4)), **days("last", date(2026, 5, 4)), "from_time": "1pm"}
    assert await post(site, f"/diary/hours/away?person={KEY}", **fields) == f"/diary/hours?person={KEY}"
    asked = site.played.last("RecordAbsenceRequest")
    assert (asked.person, asked.kind, asked.from_date, asked.until_date) == (
        PERSON, pb.ABSENCE_KIND_LEAVE, day(5, 4), day(5, 4),
    )  # fmt: skip
    assert (asked.local_from, asked.local_until, asked.request_id) == ("13:00", "", KEY)
    assert "1 booked meeting falls into it" in await site.get(f"/diary/hours?person={KEY}")
    assert await post(site, f"/diary/hours/away/{KEY}/withdraw") == "/diary/hours"
    assert site.played.last("WithdrawAbsenceRequest").name == ABSENCE


async def test_what_is_wrong_with_an_absence_is_said_beside_its_field_and_nothing_is_lost(site: Site) -> None:
    fields = {
        "kind": "other",
        **days("first", date(2026, 5, 4)),
        **days("last", date(2026, 5, 1)),
        "from_time": "noonish",
    }
    text = await sent_again(site, "/diary/hours/away", **fields)
    for words in ("Choose what it is", "The last day must be the first day or later", "must be a time, such as 9:30am"):
        assert words in text
    assert 'value="noonish"' in text
    violation = Violation("local_until", "must be later than local_from where both are of one day")
    site.played.replies["RecordAbsenceRequest"] = Refused("INVALID", {}, (violation,))  # type: ignore[assignment]
    fields = {"kind": "leave", **days("first", date(2026, 5, 4)), **days("last", date(2026, 5, 4)), "until_time": "1pm"}
    assert 'href="#until_time"' in await sent_again(site, "/diary/hours/away", **fields)


async def test_new_hours_end_the_ones_before_them(site: Site) -> None:
    fields = {**days("first", date(2026, 4, 13)), "term_time": "y", "from-0": "9am", "until-0": "2:30pm", "etag": "e1"}
    assert await post(site, "/diary/hours/change", **fields) == "/diary/hours"
    asked = site.played.last("SetWorkingPatternRequest")
    old, new = asked.patterns
    assert (old.until_date, new.from_date, new.term_time_only, asked.etag) == (day(4, 12), day(4, 13), True, "e1")
    assert [(one.weekday, one.local_from, one.local_until) for one in new.hours] == [(1, "09:00", "14:30")]
    text = await site.get("/diary/hours/change")
    assert 'name="from-0" type="text" value="9am"' in text and 'name="from-3" type="text" value=""' in text


async def test_hours_that_are_not_whole_are_named_by_their_day(site: Site) -> None:
    fields = {"from-0": "9am", "from-1": "5pm", "until-1": "9am", "until-2": "x", "etag": "e1"}
    text = await sent_again(site, "/diary/hours/change", **fields)
    for words in ("Monday needs both", "Tuesday must end later", "Wednesday must have times"):
        assert words in text
    assert 'href="#until-0"' in text and 'href="#until-1"' in text and 'value="5pm"' in text
    assert "at least one day" in await sent_again(site, "/diary/hours/change", etag="e1")


async def test_hours_are_taken_away_one_by_one_or_all(site: Site) -> None:
    time = pb.WorkingTime(person=PERSON, set_by_hand=True, etag="e2", most_chaired_a_day=2,
                          patterns=[hours(1, until_date=day(3, 1)), hours(2, from_date=day(3, 2))])  # fmt: skip
    site.played.replies["GetWorkingTimeRequest"] = pb.GetWorkingTimeResponse(working_time=time)
    assert "(over)" in await site.get("/diary/hours")
    await post(site, "/diary/hours/remove", at="0", etag="e2")
    asked = site.played.last("SetWorkingPatternRequest")
    assert list(asked.patterns) == [time.patterns[1]] and asked.most_chaired_a_day == 2
    await post(site, "/diary/hours/remove", etag="e2")
    assert not site.played.last("SetWorkingPatternRequest").patterns
    site.played.replies["SetWorkingPatternRequest"] = Refused("STALE", {}, ())  # type: ignore[assignment]
    assert "Somebody changed this" in await sent_again(site, "/diary/hours/remove", etag="e1")


async def test_the_number_of_meetings_a_day(site: Site) -> None:
    assert await post(site, "/diary/hours/most", most="2", etag="e1") == "/diary/hours"
    asked = site.played.last("SetWorkingPatternRequest")
    assert asked.most_chaired_a_day == 2 and list(asked.patterns) == [hours(1, 2, 3)]
    await post(site, "/diary/hours/most", most="", etag="e1")
    assert site.played.last("SetWorkingPatternRequest").most_chaired_a_day == 0
    assert "from 1 to 20" in await sent_again(site, "/diary/hours/most", most="0", etag="e1")


async def test_a_move_of_the_meetings_begins_with_whose_and_when(site: Site) -> None:
    text = await site.get(f"/bulk-moves/new?whose=people/{KEY}&first=2026-03-18&last=2026-03-20&cause=absence")
    assert f'<option value="people/{KEY}" selected>The colleague who is away</option>' in text
    assert 'id="first-day" name="first-day" type="text" value="18"' in text


def test_an_address_that_says_nothing_of_the_kind_begins_an_empty_form() -> None:
    assert asked_for({"whose": "people/x", "first": "tomorrow", "cause": "whim"}) == {}


async def test_whose_hours_may_be_opened_from_a_diary(site: Site) -> None:
    diary = diary_pb.Diary(person=PERSON, hours_known=True, days=[a_day()])
    site.played.replies["GetDiaryRequest"] = diary_pb.GetDiaryResponse(diary=diary)
    assert f'href="/diary/hours?person={KEY}"' in await site.get(f"/diary?person={KEY}")
    site.as_role("team-manager")
    assert "/diary/hours" not in await site.get(f"/diary?person={KEY}")
    diary.own = True
    diary.days[0].hours_unknown = True
    diary.days[0].entries.append(entry(diary_pb.DIARY_ENTRY_KIND_AWAY, "2026-03-16T00:00", "2026-03-17T00:00"))
    site.played.replies["GetDiaryRequest"] = diary_pb.GetDiaryResponse(diary=diary)
    text = " ".join((await site.get("/diary")).split())
    assert 'href="/diary/hours"' in text and "Working hours not known" in text and "> Away </td>" in text


def test_away_in_a_calendar_program_is_whole_days_where_it_is_and_tells_no_kind() -> None:
    kind = diary_pb.DIARY_ENTRY_KIND_AWAY
    entries = [entry(kind, "2026-03-28T00:00", "2026-03-31T23:00"), entry(kind, "2026-03-17T13:00", "2026-03-18T00:00")]
    content = calendar_file(entries, at("2026-03-16T09:00").ToDatetime())
    whole, part = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (whole["DTSTART"].dt, whole["DTEND"].dt) == (date(2026, 3, 28), date(2026, 4, 1))
    assert (part["DTSTART"].dt.hour, str(part["SUMMARY"])) == (13, "Away") and whole["UID"] != part["UID"]


def test_days_away_in_words() -> None:
    assert away_words(away(until_date=day(3, 17))) == "Tuesday 17 March 2026"
    assert away_words(away(until_date=day(3, 17), local_from="13:00")) == "Tuesday 17 March 2026, from 1pm"
    words = away_words(away(local_from="13:00", local_until="12:00"))
    assert words == "Tuesday 17 March 2026 to Friday 20 March 2026, from 1pm until midday"


def test_patterns_in_words_and_as_the_form_begins_with_them() -> None:
    first = hours(1, 1, until_date=day(3, 17))
    now = hours(5, from_date=day(3, 18), term_time_only=True)
    rows = hours_rows([first, now], TODAY)
    assert [one.when for one in rows] == [
        "Until Tuesday 17 March 2026", "From Wednesday 18 March 2026, in term time only",
    ]  # fmt: skip
    assert [one.over for one in rows] == [True, False]
    assert rows[0].days == (("Monday", "9am to 5:30pm, 9am to 5:30pm"),)
    assert typed_hours([first, now], TODAY)[4] == ("9am", "5:30pm")
    assert typed_hours([], TODAY) == [("", "")] * 7


def test_a_new_pattern_among_others() -> None:
    old, coming = hours(1, until_date=day(3, 31)), hours(2, from_date=day(6, 1))
    assert with_new([old, coming], hours(3)) == [hours(3)], "for all days: it stands for all"
    found = with_new([old, coming], hours(3, from_date=day(3, 20), until_date=day(5, 31)))
    assert [(one.from_date, one.until_date) for one in found] == [
        (Date(), day(3, 19)), (day(6, 1), Date()), (day(3, 20), day(5, 31)),
    ]  # fmt: skip
    assert old.until_date == day(3, 31), "what was read is left as it is"


@pytest.mark.parametrize(
    ("text", "good"), [("", True), ("1", True), ("20", True), ("21", False), ("0", False), ("²", False), ("two", False)]
)
def test_a_number_of_meetings_is_whole(text: str, good: bool) -> None:
    assert NumberForm(_Form({"most": text})).validate() == good


class _Form(MultiDict[str]):
    def getlist(self, name: str) -> list[str]:
        return self.getall(name, [])


def test_forms_without_anything_say_what_to_do() -> None:
    form = AwayForm(_Form({"kind": ""}))
    assert not form.validate()
    assert [one.text for one in form.faults] == [
        "Choose what it is",
        "Enter the first day away",
        "Enter the last day away",
    ]
    hours_form = HoursForm(_Form({"from-6": "24:30", "until-6": "25:00"}))
    hours_form.check_hours()
    assert [one.href for one in hours_form.faults] == ["#from-6"]
