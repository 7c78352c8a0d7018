"""The queue narrowed: what is asked of the scheduler, what can be chosen, and what is said of it."""

from permanence.cases.v1.council_pb2 import MeetingKind, StaffMember

from web.journeys.to_arrange.narrowing import (
    NO_CHILDREN,
    NOBODY,
    NOT_KNOWN,
    Narrowing,
    empty_words,
    filters,
    narrowing_of,
    shown_words,
)

COUNCIL = "councils/demo"
DANA, INA = ("0000000a-0000-7000-8000-000000000000", "0000000b-0000-7000-8000-000000000000")
KINDS = {
    "ppm": MeetingKind(key="ppm", title="Permanence planning meeting"),
    "cic_review": MeetingKind(key="cic_review", title="Child in care review"),
}
MANAGERS = [StaffMember(person=f"{COUNCIL}/people/{DANA}", display_name="Dana Fox")]
OFFICERS = [StaffMember(person=f"{COUNCIL}/people/{INA}")]


def test_only_what_can_be_asked_for_is_asked_for() -> None:
    everything = {"kind": "ppm", "team": DANA, "officer": NOBODY, "page": "2"}
    assert narrowing_of(everything, KINDS) == Narrowing("ppm", DANA, NOBODY)
    assert narrowing_of({"kind": "party", "team": "../x", "officer": f"{INA} "}, KINDS) == Narrowing()


def test_the_scheduler_is_asked_for_people_by_name_and_for_nobody_by_role() -> None:
    found = Narrowing("ppm", DANA, NOBODY).request(COUNCIL, 25, "t")
    assert (found.meeting_kind, found.page_size, found.page_token) == ("ppm", 25, "t")
    assert (found.team_manager, found.reviewing_officer) == (f"{COUNCIL}/people/{DANA}", "")
    assert list(found.roles_not_recorded) == ["reviewing-officer"]
    everything = Narrowing().request(COUNCIL, 25, "")
    assert not (everything.team_manager or everything.reviewing_officer or everything.roles_not_recorded)


def test_a_further_page_keeps_what_was_chosen() -> None:
    assert Narrowing().path() == "/to-arrange"
    assert Narrowing("ppm", DANA, NOBODY).path("a b&c") == (
        f"/to-arrange?kind=ppm&team={DANA}&officer=nobody&page=a+b%26c"
    )


def test_staff_are_chosen_by_name_and_whoever_is_chosen_stays_chosen() -> None:
    kind, team, officer = filters(Narrowing(team=DANA), KINDS, MANAGERS, OFFICERS)
    assert [text for _, text in kind.options] == ["All kinds", "Child in care review", "Permanence planning meeting"]
    assert team.options == (("", "All team managers"), (DANA, "Dana Fox"), (NOBODY, "Nobody on record"))
    assert [text for _, text in officer.options] == ["All reviewing officers", "Name not on record", "Nobody on record"]
    assert team.words == "Dana Fox" and not (team.hint or officer.hint)
    _, team, officer = filters(Narrowing(team=INA, officer=INA), KINDS, MANAGERS, None)
    assert (team.words, officer.words) == (NO_CHILDREN, NOT_KNOWN)
    assert officer.hint and not team.hint
    assert shown_words(kind, team, officer) == (
        "team manager somebody who has no children now; reviewing officer somebody whose name is not known just now"
    )


def test_what_is_shown_and_what_is_not_there_is_said_in_words() -> None:
    everything = filters(Narrowing(), KINDS, MANAGERS, OFFICERS)
    assert (shown_words(*everything), empty_words(*everything)) == ("", "Nothing is due to be arranged.")
    some = filters(Narrowing("ppm", DANA, NOBODY), KINDS, MANAGERS, OFFICERS)
    assert shown_words(*some) == ("Permanence planning meeting; team manager Dana Fox; no reviewing officer on record")
    assert empty_words(*some) == (
        "Nothing of this kind is due to be arranged for children with team manager Dana Fox and with no reviewing "
        "officer on record."
    )
    lacking = filters(Narrowing(team=NOBODY), KINDS, MANAGERS, OFFICERS)
    assert empty_words(*lacking) == "Nothing is due to be arranged for children with no team manager on record."
