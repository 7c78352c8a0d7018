"""Who is shown what: every role under every restriction; and the last check catches what should never have
been there.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.domain.guard import guard
from services.notifications.domain.joining_link import video_content
from services.notifications.domain.meeting import (
    Channel,
    Invitee,
    MeetingView,
    Recipient,
    Restriction,
    RestrictionKind,
    Sender,
    Session,
)
from services.notifications.domain.rendering import ASK_HOW_TO_JOIN, WE_WILL_TELL_YOU, Rendering, render
from services.notifications.domain.route import Route, choose_route
from services.notifications.domain.wish import release_token, wishes_of
from tests.notifications.world import SENDER, START, made_meeting, person, recipient

NAMES = ("chair", "worker", "mother", "father", "carer", "child")
STAFF = ("chair", "worker")
KEPT_APART = (
    RestrictionKind.MUST_NOT_MEET,
    RestrictionKind.MUST_NOT_KNOW,
    RestrictionKind.CONFIDENTIAL_ADDRESS,
)
NO_TENANT = Sender("North Council", "", "invitations@north.example.org")
SUBJECT_STRINGS = ("Maya Finch", "Oak Tree Primary", "9 Willow Row, Northtown, NO9 9ZZ")


def view(*restrictions: Restriction, sessions: dict[str, tuple[int, ...]] | None = None) -> MeetingView:
    meeting = made_meeting(NAMES)
    second = Session(2, START + timedelta(hours=2), START + timedelta(hours=3))
    if sessions:
        invitees = tuple(
            replace(one, sessions=sessions.get(name, ())) for name, one in zip(NAMES, meeting.invitees, strict=True)
        )
        meeting = replace(meeting, sessions=(*meeting.sessions, second), invitees=invitees)
    people = {person(name): recipient(name, staff=name in STAFF) for name in NAMES}
    return MeetingView(meeting, people, restrictions, False, ("CH-100", "CH-101"), SUBJECT_STRINGS)


def invitee_of(seen: MeetingView, name: str) -> Invitee:
    return next(one for one in seen.meeting.invitees if one.person == person(name))


def rendered(seen: MeetingView, name: str) -> Rendering:
    return render(seen, invitee_of(seen, name), seen.recipients[person(name)], Route.OWN_EVENT)


def chosen(seen: MeetingView, name: str, sender: Sender = SENDER, **changes: object) -> Route:
    who: Recipient = replace(seen.recipients[person(name)], **changes)  # type: ignore[arg-type]
    return choose_route(seen, invitee_of(seen, name), who, sender).route


@pytest.mark.parametrize(
    ("name", "kind", "of"), list(itertools.product(NAMES, [None, *KEPT_APART], ["mother", "father", "carer", "worker"]))
)
def test_nobody_is_shown_anybody_elses_facts(name: str, kind: RestrictionKind | None, of: str) -> None:
    limits = [Restriction(kind, person("father"), person(of))] if kind else []
    seen = view(*limits)
    shown = rendered(seen, name)
    text = " ".join([shown.subject_line, shown.body_text, shown.location, *shown.others_shown])
    assert shown.subject_line == "Permanence planning meeting · M-2041"
    for other in NAMES:
        protected = seen.recipients[person(other)].protected
        assert not any(string.casefold() in text.casefold() for string in protected)
    assert not any(string.casefold() in text.casefold() for string in SUBJECT_STRINGS)
    assert guard(shown, {one.person: one.protected for one in seen.recipients.values()}, SUBJECT_STRINGS) == ()


@pytest.mark.parametrize("kind", KEPT_APART)
def test_who_is_kept_apart_learns_no_place_and_nobody_else(kind: RestrictionKind) -> None:
    seen = view(Restriction(kind, person("father"), person("mother")))
    father = rendered(seen, "father")
    assert father.location == WE_WILL_TELL_YOU and father.others_shown == ()
    assert "mother" not in father.body_text and "Room 4" not in father.body_text


def test_the_other_side_of_a_pair_is_shown_nobody_either() -> None:
    seen = view(Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")))
    mother = rendered(seen, "mother")
    assert mother.others_shown == () and mother.location == "Room 4, Civic Centre"


def test_outsiders_see_roles_and_staff_see_references() -> None:
    seen = view()
    carer, chair = rendered(seen, "carer"), rendered(seen, "chair")
    assert carer.others_shown == ("child", "father", "mother", "social worker", "team manager")
    assert "CH-100" not in carer.body_text and "CH-100, CH-101" in chair.body_text


def test_only_the_persons_own_sessions_are_shown() -> None:
    seen = view(sessions={"mother": (1,), "father": (2,)})
    mother, father = rendered(seen, "mother"), rendered(seen, "father")
    assert (mother.start, father.start) == (START, START + timedelta(hours=2))
    assert "12:00" not in mother.body_text and "10:00" not in father.body_text
    assert "father" not in mother.others_shown and "mother" not in father.others_shown


def test_times_are_written_as_the_clock_on_the_wall_shows_them() -> None:
    seen = view()
    summer = datetime(2026, 3, 30, 9, tzinfo=UTC)
    meeting = replace(seen.meeting, sessions=(Session(1, summer, summer + timedelta(hours=1)),))
    assert "Monday 30 March 2026, 10:00 to 11:00" in rendered(replace(seen, meeting=meeting), "mother").body_text


ROUTES = [
    ("chair", {}, SENDER, None, Route.SHARED_EVENT),
    ("chair", {}, NO_TENANT, None, Route.EMAIL),
    ("chair", {}, SENDER, "chair", Route.OWN_EVENT),
    ("mother", {}, SENDER, None, Route.OWN_EVENT),
    ("mother", {}, NO_TENANT, None, Route.EMAIL),
    ("father", {}, SENDER, "father", Route.EMAIL),
    ("mother", {}, Sender("North Council", "", ""), None, Route.NONE),
    ("mother", {"channel": Channel.TEXT}, SENDER, None, Route.BY_HAND),
    ("mother", {"channel": Channel.LETTER}, SENDER, None, Route.BY_HAND),
    ("mother", {"channel": Channel.IN_PERSON}, SENDER, None, Route.BY_HAND),
    ("mother", {"channel": Channel.NONE}, SENDER, None, Route.NONE),
    ("mother", {"unsafe_channels": frozenset({Channel.EMAIL})}, SENDER, None, Route.NONE),
    ("mother", {"channel": Channel.OUTLOOK, "unsafe_channels": frozenset({Channel.EMAIL})}, SENDER, None, Route.NONE),
    ("mother", {"email": ""}, SENDER, None, Route.NONE),
    ("child", {}, SENDER, None, Route.BY_HAND),
]


@pytest.mark.parametrize(("name", "changes", "sender", "kept_from", "route"), ROUTES)
def test_each_person_has_one_route(
    name: str, changes: dict[str, object], sender: Sender, kept_from: str | None, route: Route
) -> None:
    limits = [Restriction(RestrictionKind.MUST_NOT_KNOW, person(kept_from), person("carer"))] if kept_from else []
    assert chosen(view(*limits), name, sender, **changes) is route


def test_staff_who_come_to_a_part_have_an_event_of_their_own() -> None:
    seen = view(sessions={"worker": (2,)})
    assert chosen(seen, "worker") is Route.OWN_EVENT and chosen(seen, "chair") is Route.SHARED_EVENT


PLANTED = {
    "name": "Robin Carer",
    "address": "57 Carer Lane",
    "address in other letters": "57  CÁRER   lane",
    "postcode run together": "no54qx",
    "telephone": "07700-900 123",
    "school": "oak tree primary",
    "subject's name": "MAYA FINCH",
    "subject's name in wide letters": "Ｍａｙａ Ｆｉｎｃｈ",
    "subject's name with a hidden sign": "Ma\u00adya Fin\u200bch",
}


@pytest.mark.parametrize("field", ["subject_line", "body_text", "location"])
@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_is_caught(field: str, kind: str) -> None:
    seen = view()
    people = {one.person: one.protected for one in seen.recipients.values()}
    people[person("carer")] = (*people[person("carer")], "+447700900123")
    clean = rendered(seen, "father")
    planted = replace(clean, **{field: f"{getattr(clean, field)} {PLANTED[kind]}"})  # type: ignore[arg-type]
    assert guard(clean, people, SUBJECT_STRINGS) == ()
    found = {(leak.field, leak.belongs_to) for leak in guard(planted, people, SUBJECT_STRINGS)}
    assert found & {(field, person("carer")), (field, "subject")}


def test_a_persons_own_strings_are_theirs_to_read() -> None:
    shown = replace(rendered(view(), "carer"), location="57 Carer Lane")
    own = {person("carer"): ("57 Carer Lane, Northtown, NO5 4QX",)}
    assert guard(shown, own, ()) == ()
    assert guard(shown, {person("mother"): own[person("carer")]}, ()) != ()


def test_a_month_is_not_taken_for_a_name() -> None:
    assert guard(rendered(view(), "mother"), {}, ("March", "May")) == ()


@pytest.mark.parametrize("line", ["Meeting about Maya · M-1 x", "PPM", "Review · M 1", "Review · A · B", ""])
def test_only_the_fixed_grammar_leaves_as_a_subject_line(line: str) -> None:
    assert guard(replace(rendered(view(), "mother"), subject_line=line), {}, ()) != ()


def test_a_token_stands_for_exactly_what_would_leave() -> None:
    seen = view()
    token = release_token(seen, wishes_of(seen, SENDER, {}))
    other_room = replace(seen, meeting=replace(seen.meeting, room_name="Room 5"))
    other_address = {**seen.recipients, person("mother"): recipient("mother", email="m2@example.org")}
    for changed in (other_room, replace(seen, recipients=other_address)):
        assert release_token(changed, wishes_of(changed, SENDER, {})) != token
    assert release_token(seen, wishes_of(seen, SENDER, {})) == token


LINK = "https://teams.example.invalid/l/meetup-join/ada-07700900123"


def by_video(*restrictions: Restriction, link: str = LINK) -> MeetingView:
    seen = view(*restrictions)
    return replace(seen, meeting=replace(seen.meeting, held_by_video=True), joining_link=link)


def test_a_link_of_chance_signs_is_not_taken_for_what_belongs_to_somebody() -> None:
    shown = rendered(by_video(), "mother")
    protected = {person("father"): ("Ada", "07700 900123")}
    assert LINK in shown.body_text and guard(shown, protected, SUBJECT_STRINGS) == ()
    beside = replace(shown, body_text=f"{shown.body_text} Ada")
    assert [leak.field for leak in guard(beside, protected, SUBJECT_STRINGS)] == ["body_text"]


def test_another_link_is_another_content_and_needs_another_release() -> None:
    tokens = set()
    for link in ("", LINK, f"{LINK}2"):
        seen = by_video(link=link)
        tokens.add((rendered(seen, "mother").content_digest(), release_token(seen, wishes_of(seen, SENDER, {}))))
    assert len({content for content, _ in tokens}) == len({token for _, token in tokens}) == 3


def test_what_is_not_held_by_video_says_no_word_of_it() -> None:
    seen = replace(view(), joining_link=LINK)
    assert all(
        "video" not in rendered(seen, name).body_text and not rendered(seen, name).joining_link for name in NAMES
    )


def test_who_comes_for_one_item_of_a_sitting_by_video_is_told_to_ask_and_has_no_link_of_the_item() -> None:
    whole = by_video(link="")
    part = replace(whole.meeting, kind="fostering_panel", part_of="councils/north/meetings/the-sitting")
    seen = replace(whole, meeting=part)
    assert video_content(whole.meeting) is not None and video_content(part) is None
    mother, worker = rendered(seen, "mother"), rendered(seen, "worker")
    assert mother.others_shown == () and (mother.start, mother.end) == (part.start, part.end)
    assert all(f"By video: {ASK_HOW_TO_JOIN}" in one.body_text for one in (mother, worker))


def test_a_household_that_somebody_is_kept_from_is_every_carer_who_would_join() -> None:
    """The carer's name would stand in the roster of whoever has been let in."""
    household = "councils/north/carerHouseholds/1"
    for kind in KEPT_APART:
        seen = by_video(Restriction(kind, person("father"), household))
        told = {name: rendered(seen, name).joining_link for name in NAMES}
        assert (told["father"], told["carer"]) == ("", "") and told["mother"] == told["chair"] == LINK
        assert f"By video: {ASK_HOW_TO_JOIN}" in rendered(seen, "carer").body_text
        alone = replace(
            seen, meeting=replace(seen.meeting, invitees=seen.meeting.invitees[:3] + seen.meeting.invitees[4:])
        )
        assert rendered(alone, "carer").joining_link == LINK, "the father is not asked to this one"
