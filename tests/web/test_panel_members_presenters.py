"""A panel's list and a sitting's composition in words: nothing is said to be met, known or shown that is not."""

from datetime import date

import pytest
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.panels.v1 import member_pb2 as wire
from permanence.panels.v1 import panel_pb2

from rulebook.body import DeadlineStep, MemberRole
from web.desk import Refused
from web.journeys.panel_members.forms import ConflictForm, RolesForm
from web.journeys.panel_members.presenters import attender_rows, how_it_works, item_rows, member_rows
from web.quorum import GROUND_WORDS, PRESENCE_WORDS, ROLE_WORDS, deadline_rows, quorum_words
from web.refusals import words_for

TODAY = date(2026, 6, 9)
ADA, BO = "councils/demo/members/a", "councils/demo/members/b"
ITEM = "councils/demo/agendaItems/i"


def member(name: str, called: str, *roles: str, **more: object) -> wire.Member:
    made = wire.Member(name=name, name_for_staff=called, roles=roles, from_date=Date(year=2026, month=1, day=5))
    made.MergeFrom(wire.Member(**more))  # type: ignore[arg-type]
    return made


def test_every_role_step_standing_and_ground_has_its_words() -> None:
    assert set(ROLE_WORDS) == {role.value for role in MemberRole}
    assert set(PRESENCE_WORDS) == set(wire.Presence.values())
    assert set(GROUND_WORDS) == set(wire.ConflictGround.values()) - {wire.CONFLICT_GROUND_UNSPECIFIED}
    steps = [wire.Deadline(step=step, due_date=Date(year=2026, month=6, day=9)) for step in wire.DeadlineStep.values()]
    rows = deadline_rows(wire.Composition(deadlines=steps))
    assert len(rows) == len(DeadlineStep) + 1 and all(what for what, _, _ in rows[1:])


def test_a_list_says_since_when_until_when_and_what_showed_the_experience() -> None:
    gone = member(ADA, "Ada", "chair", "independent", until_date=Date(year=2026, month=6, day=8))
    goes = member(BO, "Bo", "social-worker-three-years", until_date=Date(year=2026, month=6, day=9))
    goes.experienced_since.CopyFrom(Date(year=2019, month=9, day=1))
    goes.evidence = "Entry in the register"
    first, second = member_rows([gone, goes], TODAY)
    assert (first.roles, first.until, first.experience, first.known) == (
        "Chair, Independent member", "Left after Monday 8 June 2026", "", False,
    )  # fmt: skip
    assert second.until == "Leaves after Tuesday 9 June 2026", "the last day is on the list"
    assert second.experience == "Since Sunday 1 September 2019. Entry in the register"


def test_how_a_panel_works_tells_the_laws_numbers_from_the_councils_own() -> None:
    seat = wire.Seat(roles=["chair", "vice-chair"], count=1)
    body = panel_pb2.Body(interval_days=28)
    body.constitution.quorum.CopyFrom(wire.QuorumRule(at_least=5, seats=[seat], local=False))
    rows = dict(how_it_works(body))
    assert rows["Who must be there"] == "5 members (by law), among them chair or vice chair"
    body.constitution.quorum.local = True
    assert "the council's own number" in dict(how_it_works(body))["Who must be there"]
    body.constitution.ClearField("quorum")
    assert dict(how_it_works(body))["Who must be there"] == "Whoever comes"


def composition(**item: object) -> wire.Composition:
    members = [
        wire.MemberAtSitting(
            member=member(ADA, "Ada", "chair", "social-worker-three-years"),
            presence=wire.PRESENCE_COMING,
            counting_roles=["chair"],
        ),
        wire.MemberAtSitting(member=member(BO, "Bo", "member"), counting_roles=["member"]),
    ]
    return wire.Composition(members=members, items=[wire.ItemComposition(agenda_item=ITEM, **item)])  # type: ignore[arg-type]


def test_who_did_not_answer_is_not_coming_and_a_role_that_does_not_count_is_said() -> None:
    ada, bo = attender_rows(composition())
    assert (ada.standing, ada.roles) == ("Coming", "Chair")
    assert ada.lost == "Social worker with three years' experience since qualifying"
    assert (bo.standing, bo.lost) == ("No answer yet", "")


@pytest.mark.parametrize(
    ("ground", "recused", "may"),
    [
        (wire.CONFLICT_GROUND_OWN_CASE, True, True),
        (wire.CONFLICT_GROUND_OWN_CASE, False, False),
        (wire.CONFLICT_GROUND_PARENT_AND_CHILD, True, False),
    ],
)
def test_a_conflict_that_stands_is_not_offered_to_be_set_aside(
    ground: wire.ConflictGround.ValueType, recused: bool, may: bool
) -> None:
    conflicts = [
        wire.Conflict(member=ADA, ground=ground, words="Its own.", derived=True, recused=recused),
        wire.Conflict(member="councils/demo/members/left", ground=ground, recused=recused),
    ]
    sitting = panel_pb2.Sitting(agenda=[panel_pb2.AgendaItem(name=ITEM, number=1, references=["C-1", "C-2"])])
    (row,) = item_rows(sitting, composition(conflicts=conflicts, present=[BO]))
    (conflict,) = row.conflicts
    assert (conflict.name, conflict.how, conflict.may_set_aside) == ("Ada", "Found in the case system", may)
    assert (row.references, row.present) == ("C-1, C-2", 1)


def test_what_is_withheld_is_not_offered_to_be_set_aside() -> None:
    withheld = wire.Conflict(member=ADA, ground=wire.CONFLICT_GROUND_PERSONAL, recused=True, withheld=True)
    sitting = panel_pb2.Sitting(agenda=[panel_pb2.AgendaItem(name=ITEM, number=1)])
    (row,) = item_rows(sitting, composition(conflicts=[withheld]))
    assert row.conflicts[0].recused and not row.conflicts[0].may_set_aside


def test_a_quorum_that_is_not_met_says_who_is_wanting() -> None:
    words = quorum_words(
        wire.QuorumState(met=False, missing=["1 more member is needed (5 in all)", "the chair is missing"])
    )
    assert words.tag == ("Quorum not met", "red")
    assert words.missing == "1 more member is needed (5 in all); the chair is missing."
    assert quorum_words(wire.QuorumState(met=True)).tag == ("Quorum met", "green")
    refused = words_for(Refused("NOT_QUORATE", {"missing": "the chair is missing"}, ()))
    assert refused.endswith("Wanting: the chair is missing.")


def test_a_social_worker_needs_a_day_and_evidence_and_nobody_else_does() -> None:
    form = RolesForm(MultiDict({"roles": "social-worker-three-years"}), offered=list(ROLE_WORDS))
    assert not form.validate() and len(form.faults) == 2
    assert RolesForm(MultiDict({"roles": "member"}), offered=list(ROLE_WORDS)).validate()


def test_a_conflict_form_asks_for_all_three() -> None:
    form = ConflictForm(MultiDict(), members=[("a", "Ada")])
    assert not form.validate() and len(form.faults) == 3
