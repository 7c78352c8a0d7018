"""Made children in care, each with the dated facts of a whole case: what the clocks are measured on.

Child number n is the same on every machine and in every process. No name, no place: a subject and its facts. The mix
follows what is published of England: how old children are, how long they stay, how often they are reviewed and moved,
and which of the six routes home a plan takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from cli.made_council.dice import dice
from rulebook.counting import add_months, london_instant
from rulebook.facts import AttributeValue, CaseEvent, EventType, FactKind, RuleId, Subject
from rulebook.vocabulary import kind_of
from rulebook.working_days import england_and_wales

AS_OF = date(2026, 3, 16)
PLANS = {
    "return_home": 24,
    "long_term_fostering": 38,
    "special_guardianship": 12,
    "adoption": 12,
    "residential": 6,
    "independence": 8,
}
HOMES = {"foster": 66, "connected": 16, "residential": 9, "with_parents": 7, "semi_independent": 2}
ENDS_OF_MEETINGS = (time(10, 30), time(12, 15), time(15), time(16, 45))
Told = tuple[str, date]
"""A fact before it is one: the event's name and its day."""


@dataclass(frozen=True)
class MadeChild:
    """One subject and everything recorded of it, in the order of recording."""

    subject: Subject
    facts: tuple[CaseEvent, ...]


@dataclass(frozen=True)
class Life:
    """What the facts are made from."""

    rng: Random
    born: date
    entered: date
    plan: str
    home: str

    @property
    def days(self) -> int:
        """How long the child has been in care."""
        return (AS_OF - self.entered).days

    def after(self, least: int, most: int) -> date:
        """A day so many days after coming into care."""
        return self.entered + timedelta(days=self.rng.randint(least, most))

    def one_in(self, number: int) -> bool:
        """Whether something happens that happens to one child of so many."""
        return self.rng.randrange(number) == 0


def make_child(number: int) -> MadeChild:
    """Child `number`; facts of days to come are left out unless they are planned."""
    rng = dice(f"clocks {number}")
    in_care = min(int(rng.expovariate(1 / 800)), 12 * 365)
    age = rng.randrange(in_care, 18 * 365 + 30) if rng.randrange(20) else in_care
    life = Life(
        rng,
        born=AS_OF - timedelta(days=age),
        entered=AS_OF - timedelta(days=in_care),
        plan=rng.choices(list(PLANS), list(PLANS.values()))[0],
        home=rng.choices(list(HOMES), list(HOMES.values()))[0],
    )
    facts = sorted(_facts(life), key=lambda fact: fact.on)
    return MadeChild(_subject(number, life), tuple(fact for fact in facts if fact.counts_on(AS_OF)))


def _subject(number: int, life: Life) -> Subject:
    rng = life.rng
    attributes: dict[str, AttributeValue] = {
        "sibling_group": rng.random() < 0.45,
        "disabled_or_complex_needs": rng.random() < 0.13,
        "placement_kind": life.home,
        "plan": life.plan,
    }
    if rng.random() < 0.7:
        attributes["long_term_placement"] = life.plan == "long_term_fostering" and life.days > 400
    if rng.random() < 0.4:
        attributes["permanence_meeting_needed"] = rng.random() < 0.5
    if rng.random() < 0.09:
        attributes["unaccompanied_or_trafficked"] = True
    if life.home == "with_parents" and rng.random() < 0.8:
        attributes["placed_before_assessment"] = rng.random() < 0.4
    born = None if life.one_in(60) else life.born
    return Subject(f"made-{number}", date_of_birth=born, attributes=attributes)


def _facts(life: Life) -> Iterator[CaseEvent]:
    for event, on in _told(life):
        yield CaseEvent(EventType(event), on, kind=kind_of(event), assumed=event == "entered_care" and life.one_in(8))
    yield from _planning_meetings(life)
    yield from _visits(life)


def _told(life: Life) -> Iterator[Told]:
    if life.one_in(16) and life.days < (AS_OF - life.born).days - 700:
        yield from _earlier_care(life)
    yield from _coming_in(life)
    yield from _reviews(life)
    yield from _court(life)
    yield from _homes(life)
    yield from _planning(life)
    yield from _route(life)
    if life.one_in(25):
        yield "ceased_to_be_looked_after", AS_OF - timedelta(days=life.rng.randint(0, 60))


def _earlier_care(life: Life) -> Iterator[Told]:
    began = life.after(-690, -400)
    yield "became_looked_after", began
    yield "section_20_began", began
    yield "cic_review_held", began + timedelta(days=25)
    yield "ceased_to_be_looked_after", began + timedelta(days=life.rng.randint(60, 300))


def _coming_in(life: Life) -> Iterator[Told]:
    if life.one_in(3):
        yield "accommodated_in_emergency", life.entered
    else:
        yield "entry_to_care_decided", life.after(-12, 0)
    yield "entered_care", life.entered
    yield "became_looked_after", life.entered
    if life.one_in(60):
        yield "remanded", life.entered
    elif life.one_in(2):
        yield "section_20_began", life.entered


def _reviews(life: Life) -> Iterator[Told]:
    """Within 20 working days, three months, then six months each; some late, the next one mostly booked."""
    held = life.after(15, 30)
    number = 1
    while held <= AS_OF:
        yield "cic_review_held", held
        if life.one_in(40):
            yield "cic_review_adjourned", held
        held = add_months(held, 3 if number == 1 else 6) + timedelta(days=life.rng.randint(-25, 3))
        number += 1
    if not life.one_in(3):
        moved = timedelta(days=life.rng.randint(1, 14))
        yield "cic_review_booked", held
        if life.one_in(5):
            yield "cic_review_booked", held + moved
    if life.one_in(60):
        yield "early_review_asked_for", AS_OF - timedelta(days=life.rng.randint(1, 40))
    if life.one_in(150):
        yield "iro_dispute_raised", AS_OF - timedelta(days=life.rng.randint(1, 40))


def _court(life: Life) -> Iterator[Told]:
    """A care application for half of the children: interim order, final hearing, order, now and then an extension."""
    if not life.one_in(2):
        return
    issued = life.after(2, 40)
    yield "legal_planning_meeting_held", issued - timedelta(days=10)
    yield "s31_application_issued", issued
    yield "interim_care_order_made", issued + timedelta(days=life.rng.randint(0, 14))
    ends = issued + timedelta(days=life.rng.randint(150, 320))
    if ends > issued + timedelta(days=182):
        yield "proceedings_extended", issued + timedelta(days=175)
    if ends <= AS_OF:
        yield "proceedings_ended", ends
        yield "care_order_made", ends
    else:
        yield "final_care_plan_filing_due", ends - timedelta(days=28)
        yield "final_hearing_listed_for", ends


def _homes(life: Life) -> Iterator[Told]:
    yield "placement_started", life.entered
    for _ in range(life.rng.choice((0, 0, 0, 1, 1, 2))):
        if life.days > 120:
            yield "placement_started", life.after(30, life.days)
    if life.home == "connected":
        temporary = life.after(0, 5)
        yield "connected_person_temporarily_approved", temporary
        if life.one_in(3):
            yield "temporary_approval_extended", temporary + timedelta(days=110)
        yield "connected_carer_approved", temporary + timedelta(days=life.rng.randint(60, 160))
    if life.home == "with_parents":
        yield "placed_with_parents", life.after(60, 200)
    if life.one_in(80):
        yield "placed_out_of_area_in_emergency", life.after(5, max(6, life.days))
    if life.one_in(20):
        yield "placement_at_risk", AS_OF - timedelta(days=life.rng.randint(1, 60))


def _planning(life: Life) -> Iterator[Told]:
    yield "tracking_meeting_considered", life.after(14, 30)
    drafted = life.after(20, 110)
    yield "permanence_plan_drafted", drafted
    yield "permanence_plan_established", drafted + timedelta(days=10)
    yield "permanence_plan_signed_by_manager", drafted + timedelta(days=14)
    yield "permanence_plan_agreed", life.after(115, 150)
    if life.one_in(6):
        yield "drift_identified", life.after(200, 400)
    if life.one_in(9):
        yield "together_apart_assessment_completed", life.after(30, 120)
    if life.one_in(12):
        yield "return_home_uncertain", life.after(30, 200)


def _route(life: Life) -> Iterator[Told]:
    """What the plan brings about in its time."""
    day = life.after(180, 400)
    match life.plan:
        case "return_home":
            yield "return_home_planned", AS_OF + timedelta(days=life.rng.randint(-30, 120))
            yield "leaving_care_planned", AS_OF + timedelta(days=life.rng.randint(20, 150))
        case "long_term_fostering":
            yield "long_term_fostering_agreed_at_review", day
            yield "permanence_obtained", day + timedelta(days=life.rng.randint(60, 300))
        case "special_guardianship":
            yield "support_assessment_requested", day
            if life.one_in(3):
                yield "sgo_made", day + timedelta(days=120)
        case "adoption":
            yield from _adoption(life, day)
        case "independence":
            yield "pa_support_offered", day


def _adoption(life: Life, agreed: date) -> Iterator[Told]:
    decided = agreed + timedelta(days=life.rng.randint(20, 80))
    yield "adoption_under_consideration", agreed - timedelta(days=30)
    yield "adoption_agreed_at_review", agreed
    yield "adoption_panel_minutes_final", decided - timedelta(days=6)
    yield "adm_decided", decided
    yield "placement_order_made", decided + timedelta(days=90)
    yield "authorised_to_place_for_adoption", decided + timedelta(days=90)
    yield "adoption_review_held", decided + timedelta(days=170)
    if life.one_in(2):
        placed = decided + timedelta(days=life.rng.randint(200, 400))
        yield "placed_for_adoption", placed
        yield "adoption_review_held", placed + timedelta(days=26)


def _planning_meetings(life: Life) -> Iterator[CaseEvent]:
    """Those of the last year, about twelve weeks apart, with their minutes; the next one is sometimes booked."""
    on = max(life.after(10, 25), AS_OF - timedelta(days=life.rng.randint(280, 365)))
    working_days = england_and_wales()
    while (on := working_days.last_working_on_or_before(on)) < AS_OF:
        ended = london_instant(datetime.combine(on, life.rng.choice(ENDS_OF_MEETINGS)))
        yield CaseEvent(EventType("ppm_held"), on, ended, FactKind.HAPPENED)
        if not life.one_in(6):
            yield CaseEvent(EventType("ppm_minutes_signed_by_chair"), on + timedelta(days=life.rng.randint(1, 4)))
        on += timedelta(days=life.rng.randint(60, 92))
    if life.one_in(3):
        yield CaseEvent(EventType("ppm_booked"), on, kind=FactKind.PLANNED)


def _visits(life: Life) -> Iterator[CaseEvent]:
    """Visits of the last nine months, four to seven weeks apart: known only as obligations met."""
    rule = RuleId("reg28-long-term" if life.plan == "long_term_fostering" and life.days > 400 else "reg28")
    on = max(life.after(1, 9), AS_OF - timedelta(days=270))
    while on <= AS_OF:
        yield CaseEvent(EventType("obligation_met"), on, rule_id=rule)
        on += timedelta(days=life.rng.randint(28, 48))
