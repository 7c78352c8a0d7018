"""The forms of some minutes with what stands in them, or with what is known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass

from servicekit.caller import Caller
from services.panels.app.get_minutes import load_seen
from services.panels.app.minutes_ports import MeetingFacts
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.domain.form import Answers
from services.panels.domain.form_document import rows_of
from services.panels.domain.minutes import Minutes, MinutesId
from services.panels.domain.minutes_form import FilledForm, MinutesForm, Place, forms_for
from services.panels.domain.minutes_page import PagePart
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class ShownForm:
    """One form as a caller sees it. `version` 0: its answers are what is known beforehand, and nobody saved them."""

    form: MinutesForm
    answers: Answers
    version: int
    may_fill: bool


@dataclass(frozen=True)
class OwnForms:
    """Which forms some minutes have, what stands in them, and the subject's meeting of the kind before."""

    forms: Sequence[MinutesForm]
    filled: Sequence[FilledForm]
    before: Minutes | None

    @staticmethod
    async def of(unit: UnitOfWork, council: CouncilBodies, minutes: Minutes) -> "OwnForms":
        """As they stand now."""
        filled = await unit.forms.of_minutes(minutes.minutes_id)
        before = await unit.forms.before(minutes)
        forms = forms_for(
            council.forms,
            minutes.meeting_kind,
            of_a_body=is_of_a_body(council, minutes),
            met_before=before is not None,
            filled=filled,
        )
        return OwnForms(forms, filled, before)

    def parts(self) -> tuple[PagePart, ...]:
        """What somebody filled in, as it stands on a page."""
        answers = {one.form: one.answers for one in self.filled}
        own = ((one, answers.get(one.key)) for one in self.forms)
        return tuple(PagePart(one.form, given, one.place is Place.COMPANION) for one, given in own if given is not None)

    @property
    def manager_signs(self) -> bool:
        """Whether a service manager signs after the chair."""
        return any(one.manager_signs for one in self.forms)


@dataclass(frozen=True)
class FormReader:
    """Reads them for one caller."""

    begin: Begin
    cases: Cases
    facts: MeetingFacts

    async def forms_of(self, caller: Caller, council: CouncilBodies, minutes_id: MinutesId) -> Sequence[ShownForm]:
        """NotFound where there are no such minutes for the caller."""
        name = minutes_name(caller.council, minutes_id)
        require(caller, "GetMinutesForms", name)
        minutes = await load_seen(self.begin, self.cases, caller, minutes_id)
        async with self.begin(caller) as unit:
            own = await OwnForms.of(unit, council, minutes)
            earlier = await unit.forms.of_minutes(own.before.minutes_id) if own.before else []
            await unit.audit(caller, "GetMinutesForms", name, [one.key for one in own.forms])
        filled = {one.form: one for one in own.filled}
        known: Answers = {}
        if any(one.key not in filled for one in own.forms):
            known = {**await self.facts.of(caller, minutes), **_of_earlier(earlier)}
        return [_shown(caller, one, filled.get(one.key), known) for one in own.forms]


def may_fill(caller: Caller, form: MinutesForm) -> bool:
    """Whether one of the caller's roles fills in such forms."""
    return bool(caller.roles & form.written_by)


def is_of_a_body(council: CouncilBodies, minutes: Minutes) -> bool:
    """Whether they are of a sitting."""
    return any(body.meeting_kind == minutes.meeting_kind for body in council.bodies.values())


def _shown(caller: Caller, form: MinutesForm, filled: FilledForm | None, known: Answers) -> ShownForm:
    if filled is not None:
        return ShownForm(form, filled.answers, filled.version, may_fill(caller, form))
    answers = {field.key: known[field.known_as] for field in form.form.fields() if known.get(field.known_as)}
    return ShownForm(form, answers, 0, may_fill(caller, form))


def _of_earlier(filled: Sequence[FilledForm]) -> Answers:
    """What the meeting before left to be done; what came of it is for this meeting to say."""
    given = {key: answer for one in filled for key, answer in one.answers.items() if key in ("actions", "decisions")}
    return {
        f"previous.{key}": tuple({"what": row["what"], "who": row.get("who", "")} for row in rows_of(answer))
        for key, answer in given.items()
    }
