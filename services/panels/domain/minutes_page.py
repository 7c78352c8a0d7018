"""What a page of minutes says to one audience: chosen here, laid out elsewhere."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from services.panels.domain.agenda import in_words
from services.panels.domain.foreign_names import names_hidden
from services.panels.domain.form import Answer, Answers, Form, is_empty
from services.panels.domain.form_document import only, rows_of, without_staff_only
from services.panels.domain.minutes import Minutes
from services.panels.domain.outcome import Outcome

_LONDON: Final = ZoneInfo("Europe/London")
STAFF_ONLY: Final = "staff only:"
# An address, a telephone number or an e-mail address has no place in a family's copy: nobody here can tell whose it is.
# Words that also mean other things (close, way) count as a street only behind a capital letter.
_CONTACT = re.compile(
    r"(?i:\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b)"
    r"|(?:\+44|\b0)[\d\s()-]{8,}\d"
    r"|\b[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?i:\b\d+[a-z]?,?\s+(?:[\w']+\s){1,3}(?:street|road|avenue|lane|crescent|terrace|gardens|grove)\b)"
    r"|\b\d+[A-Za-z]?,?\s+(?:[A-Z][\w']*\s){1,3}(?i:close|way|court|place|square|hill|drive|st|rd|ave|mews|park|row|view)\b"
)


class Audience(StrEnum):
    """Who is to read a page."""

    FILE = "file"
    FAMILY = "family"


@dataclass(frozen=True)
class PageAction:
    """One row of the table of actions, in words."""

    text: str
    owner: str
    due: str


@dataclass(frozen=True)
class PagePart:
    """One form that was filled in; `companion`: it goes with the minutes and is not their own text."""

    form: Form
    answers: Answers
    companion: bool = False


@dataclass(frozen=True)
class PageSignature:
    """Who is to sign, or has signed; `signed_at` is empty until then."""

    label: str
    signed_by: str = ""
    signed_at: str = ""
    comment: tuple[str, ...] = ()


@dataclass(frozen=True)
class MinutesPage:
    """All that a page shows. `facts` are pairs of a heading and its text."""

    title: str
    audience: Audience
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    outcome: str = ""
    reasons: tuple[str, ...] = ()
    actions: tuple[PageAction, ...] = ()
    addenda: tuple[str, ...] = ()
    parts: tuple[PagePart, ...] = ()
    signatures: tuple[PageSignature, ...] = ()


def page_for(
    audience: Audience,
    minutes: Minutes,
    meeting_title: str,
    reference: str,
    outcome: Outcome | None,
    unknown_people: Sequence[str],
    own_name: str = "",
    parts: Sequence[PagePart] = (),
    manager_signs: bool = False,
) -> MinutesPage:
    """The page for an audience.

    The family's copy leaves out paragraphs for staff only, every paragraph with somebody they may not know of
    (`unknown_people`) or with an address, and the body's reasons. It does not say what was left out: that would tell.
    """

    def shown(texts: Sequence[str]) -> tuple[str, ...]:
        kept = (text for text in texts if audience is Audience.FILE or may_be_shown(text, unknown_people, own_name))
        return tuple(kept)

    def may_stand(text: str) -> bool:
        return bool(shown([text]))

    actions = [one for one in (outcome.actions if outcome else ()) if may_stand(one.text)]
    return MinutesPage(
        title=f"Minutes: {meeting_title}, {reference}",
        audience=audience,
        facts=_facts(minutes, meeting_title, reference),
        paragraphs=shown(paragraphs_of(minutes.text)),
        outcome=outcome.kind.value.capitalize() if outcome else "",
        reasons=tuple(paragraphs_of(outcome.reasons)) if outcome and audience is Audience.FILE else (),
        actions=tuple(PageAction(one.text, role_words(one.owner_role), in_words(one.due)) for one in actions),
        addenda=shown(minutes.addenda),
        parts=tuple(parts if audience is Audience.FILE else (_redacted(part, may_stand) for part in parts)),
        signatures=_signatures(minutes, shown, manager_signs=manager_signs),
    )


def _redacted(part: PagePart, may_stand: Callable[[str], bool]) -> PagePart:
    """Without what is for staff, and without every line, row or field that may not stand."""
    form = without_staff_only(part.form)
    kept = {field.key: _kept(part.answers.get(field.key, ""), may_stand) for field in form.fields()}
    left = frozenset(key for key, answer in kept.items() if not is_empty(answer) or is_empty(part.answers.get(key)))
    return PagePart(only(form, left), {key: kept[key] for key in left}, part.companion)


def _kept(answer: Answer, may_stand: Callable[[str], bool]) -> Answer:
    if isinstance(answer, str):
        return "\n".join(line for line in answer.splitlines() if may_stand(line))
    rows = tuple(row for row in rows_of(answer) if all(may_stand(cell) for cell in row.values()))
    return rows or tuple(one for one in answer if isinstance(one, str))


def _signatures(
    minutes: Minutes, shown: Callable[[Sequence[str]], tuple[str, ...]], *, manager_signs: bool
) -> tuple[PageSignature, ...]:
    chair_at = _at(minutes.signed_at) if minutes.signed_at else ""
    signatures = [PageSignature("Chair's signature", role_words(minutes.chair_role) if chair_at else "", chair_at)]
    if minutes.manager is not None:
        comment = shown(paragraphs_of(minutes.manager.comment))
        signatures.append(
            PageSignature("Service manager's signature", "Service manager", _at(minutes.manager.at), comment)
        )
    elif manager_signs:
        signatures.append(PageSignature("Service manager's signature"))
    return tuple(signatures)


def may_be_shown(text: str, unknown_people: Sequence[str], own_name: str = "") -> bool:
    """Whether a family may read it. `own_name`: how the subject itself is called."""
    if text.strip().casefold().startswith(STAFF_ONLY) or _CONTACT.search(text):
        return False
    return not any(names_hidden(text, own_name, name) for name in unknown_people)


def paragraphs_of(text: str) -> list[str]:
    """Plain paragraphs: blank lines part them, and so does every line of its own."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def role_words(role: str) -> str:
    """`Social worker` for `social-worker`."""
    return role.replace("-", " ").capitalize()


def _facts(minutes: Minutes, title: str, reference: str) -> tuple[tuple[str, str], ...]:
    facts = [("Meeting", title), ("Reference", reference), ("Ended", _at(minutes.meeting_end))]
    facts.append(("Signed by the chair", _at(minutes.signed_at) if minutes.signed_at else "Not yet: this is a draft"))
    return tuple(facts)


def _at(instant: datetime) -> str:
    local = instant.astimezone(_LONDON)
    return f"{in_words(date(local.year, local.month, local.day))}, {local:%H:%M}"
