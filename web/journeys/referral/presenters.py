"""Referrals as a person reads them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import form_pb2, panel_pb2
from permanence.panels.v1 import referrals_service_pb2 as wire

from web.answer_form import in_words
from web.desk import key_of
from web.paper import kinds_words
from web.subjects import called
from web.words import london, long_date, moment

STATES = (
    ("draft", wire.REFERRAL_FORM_STATE_DRAFT, "Draft", "grey"),
    ("returned", wire.REFERRAL_FORM_STATE_RETURNED, "Returned for more", "orange"),
    ("submitted", wire.REFERRAL_FORM_STATE_SUBMITTED, "Submitted", "blue"),
    ("withdrawn", wire.REFERRAL_FORM_STATE_WITHDRAWN, "Withdrawn", "grey"),
)
_GENERAL = "panel-referral"
COORDINATORS = "Coordinators of family group conferences"
_WITH_THE_REFERRER = (wire.REFERRAL_FORM_STATE_DRAFT, wire.REFERRAL_FORM_STATE_RETURNED)


@dataclass(frozen=True)
class ReferralRow:
    """One referral in a list, or at the head of its page."""

    key: str
    who: str
    title: str
    to: str
    state: str
    tag: str
    when: str


@dataclass(frozen=True)
class PartRow:
    """One part of the form. `missing`: labels of needed fields that are empty; `answers`: (label, words, source)."""

    key: str
    title: str
    standing: str
    tag: str
    missing: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]
    open: bool


def referral_row(
    one: wire.ReferralForm,
    forms: Mapping[str, form_pb2.Form],
    bodies: Mapping[str, panel_pb2.Body],
    names: Mapping[str, Subject],
) -> ReferralRow:
    """With names where the reader may know them, else with references."""
    _, _, state, tag = next(row for row in STATES if row[1] == one.state)
    at = one.submit_time if one.HasField("submit_time") else one.create_time
    return ReferralRow(
        key=key_of(one.name),
        who=who_words(one, names),
        title=forms[one.form].title if one.form in forms else "Referral",
        to=bodies[one.body].title if one.body in bodies else "A panel" if one.body else COORDINATORS,
        state=state,
        tag=tag,
        when=f"{'Submitted' if one.HasField('submit_time') else 'Begun'} {moment(london(at))}",
    )


def who_words(one: wire.ReferralForm, names: Mapping[str, Subject]) -> str:
    """`Ann Example, C-104`, of each subject."""
    known = [f"{called(names[name])}, {names[name].reference}" for name in one.subjects if name in names]
    return "; ".join(known) or ", ".join(one.references) or "Somebody"


def part_rows(form: form_pb2.Form, one: wire.ReferralForm) -> list[PartRow]:
    """Each part, and whether it is whole."""
    given = {answer.field: answer for answer in one.answers}
    return [_part(part, given, one) for part in form.parts]


def record_words(one: wire.ReferralForm, field: form_pb2.FormField) -> str:
    """What the case record said of it, and when; empty where it said nothing."""
    known = next((each for each in one.known if each.field == field.key), None)
    if known is None:
        return ""
    return f"The case record as of {long_date(london(one.create_time).date())}: {in_words(field, known)}"


def _answer(
    one: wire.ReferralForm, field: form_pb2.FormField, answer: form_pb2.FormAnswer | None
) -> tuple[str, str, str] | None:
    """(label, words, where they come from or what the record said instead); None where nothing is to be told."""
    if answer is None:
        said = record_words(one, field)
        return (field.label, "Not answered", said) if said else None
    if answer in one.known:
        source = f"From the case record, as of {long_date(london(one.create_time).date())}"
        return field.label, in_words(field, answer), source
    return field.label, in_words(field, answer), record_words(one, field)


def _part(part: form_pb2.FormPart, given: Mapping[str, form_pb2.FormAnswer], one: wire.ReferralForm) -> PartRow:
    office = all(field.office for field in part.fields)
    missing = tuple(
        field.label for field in part.fields if field.needed and not field.office and field.key not in given
    )
    answers = tuple(row for field in part.fields if (row := _answer(one, field, given.get(field.key))))
    standing, tag = ("Complete", "green") if not missing else ("To do", "blue")
    if office:
        standing, tag = ("Filled in", "green") if answers else ("For the office", "grey")
    open_now = one.state == wire.REFERRAL_FORM_STATE_SUBMITTED if office else one.state in _WITH_THE_REFERRER
    return PartRow(part.key, part.title, standing, tag, missing, answers, open_now)


@dataclass(frozen=True)
class Choice:
    """Something to refer to; `hint`: what goes there."""

    value: str
    words: str
    hint: str


def choices(forms: Iterable[form_pb2.Form], bodies: Mapping[str, panel_pb2.Body], kind: str) -> list[Choice]:
    """All that a `child`, `sibling_group` or `carer_household` can be referred to, by title."""
    by_key = {form.key: form for form in forms}
    found = [Choice(form.key, COORDINATORS, form.title) for form in by_key.values() if not form.for_body]
    for name, body in bodies.items():
        own = f"{body.meeting_kind.replace('_', '-')}-referral"
        key = own if own in by_key else _GENERAL
        if key in by_key and (not body.constitution.subjects or kind in body.constitution.subjects):
            found.append(Choice(f"{key}/{key_of(name)}", body.title, _matters(body)))
    return sorted(found, key=lambda one: one.words)


def _matters(body: panel_pb2.Body) -> str:
    matters = ", ".join(one.replace("-", " ") for one in body.constitution.matters)
    return f"Hears: {matters}." if matters else body.constitution.remit


def state_keys() -> Sequence[tuple[str, str]]:
    """(key, words) of the states of a list."""
    return [(key, words) for key, _, words, _ in STATES]


@dataclass(frozen=True)
class PersonRow:
    """One of those referred. `missing`: in words; empty where every paper is there."""

    name: str
    who: str
    missing: str


def missing_rows(
    one: wire.ReferralForm, names: Mapping[str, Subject], papers: wire.ListReferralPapersResponse
) -> list[PersonRow]:
    """Everybody referred, with the papers that each still needs."""
    lacking = {each.subject: kinds_words(each.kinds) for each in papers.missing}
    return [PersonRow(name, words, lacking.get(name, "")) for name, words in _people(one, names)]


def subject_choices(one: wire.ReferralForm, names: Mapping[str, Subject]) -> list[tuple[str, str]]:
    """Whoever is referred, to choose from; the only one stands chosen."""
    found = [(key_of(name), words) for name, words in _people(one, names)]
    return found if len(found) == 1 else [("", "Choose"), *found]


def may_bring(one: wire.ReferralForm) -> bool:
    """Unless it was taken back."""
    return one.state != wire.REFERRAL_FORM_STATE_WITHDRAWN


def _people(one: wire.ReferralForm, names: Mapping[str, Subject]) -> list[tuple[str, str]]:
    references = dict(zip(one.subjects, one.references, strict=False)) if _all_known(one) else {}
    return [
        (name, f"{called(names[name])}, {names[name].reference}" if name in names else references.get(name, "Somebody"))
        for name in one.subjects
    ]


def _all_known(one: wire.ReferralForm) -> bool:
    """References are told in the order of the subjects, and those not known are left out."""
    return len(one.references) == len(one.subjects)
