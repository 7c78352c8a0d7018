"""Save the answers of one form of some minutes."""

from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.panels.app.foreign_text import ForeignNames, keep_passages
from services.panels.app.get_minutes import load_seen
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, MeetingCopy, UnitOfWork
from services.panels.app.read_forms import OwnForms, may_fill
from services.panels.domain.form import Answers, faults_of, merged
from services.panels.domain.form_document import texts_of
from services.panels.domain.minutes import Minutes, MinutesId
from services.panels.domain.minutes_form import FilledForm, FormKey, MinutesForm
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class FillForm:
    """`answers` that changed; those that are not named stay. `etag` is empty where nothing was saved yet."""

    minutes: MinutesId
    form: FormKey
    answers: Answers
    etag: str
    passages_confirmed: bool


@dataclass(frozen=True)
class Filling:
    """What is looked up before the transaction."""

    begin: Begin
    cases: Cases

    async def check(self, caller: Caller, council: CouncilBodies, command: FillForm) -> MinutesForm:
        """The form, once the caller may fill it in and its answers can stand.

        Raises:
            NotFound: no such minutes for the caller. PermissionDenied, InvalidRequest, ForeignNameError.
        """
        name = minutes_name(caller.council, command.minutes)
        require(caller, "GetMinutesForms", name)
        minutes = await load_seen(self.begin, self.cases, caller, command.minutes)
        form = await self._form(caller, council, minutes, command.form)
        require(caller, "FillMinutesForm", name, written_by=may_fill(caller, form))
        faults = [
            Violation(f"answers.{one.field}", f"{one.label} {one.description}")
            for one in faults_of(form.form, command.answers)
        ]
        if faults:
            raise InvalidRequest(tuple(faults))
        async with self.begin(caller) as unit:
            meeting = await unit.meetings.load(minutes.meeting)
        texts = list(texts_of(command.answers))
        held = meeting or MeetingCopy(minutes.meeting, minutes.meeting_kind, None, (), "held")
        await ForeignNames(self.begin, self.cases).refuse(caller, held, minutes.subject, texts)
        return form

    async def _form(self, caller: Caller, council: CouncilBodies, minutes: Minutes, key: FormKey) -> MinutesForm:
        async with self.begin(caller) as unit:
            own = await OwnForms.of(unit, council, minutes)
        found = next((one for one in own.forms if one.key == key), None)
        if found is None:
            there = ", ".join(one.key for one in own.forms) or "none"
            raise InvalidRequest((Violation("form", f"is not a form of these minutes; theirs are: {there}"),))
        return found


async def fill_form(unit: UnitOfWork, caller: Caller, command: FillForm) -> FilledForm:
    """VersionClash for an old etag; AlreadySignedError; ForeignPassageError. The etag of the minutes changes too."""
    name = minutes_name(caller.council, command.minutes)
    minutes = await unit.minutes.load(command.minutes, lock=True)
    if minutes is None:
        raise NotFound(name)
    changed = minutes.filled(name)
    there = {one.form: one for one in await unit.forms.of_minutes(command.minutes)}
    before = there.get(command.form, FilledForm(command.minutes, command.form, 0, {}))
    if command.etag not in (("", "0") if before.version == 0 else (str(before.version),)):
        raise VersionClash(name)
    answers = merged(before.answers, command.answers)
    await keep_passages(unit, minutes, command.form, list(texts_of(answers)), confirmed=command.passages_confirmed)
    filled = replace(before, version=before.version + 1, answers=answers)
    await unit.forms.put(filled, caller.principal_id)
    await unit.minutes.change(changed)
    confirmed = ["passages_confirmed"] if command.passages_confirmed else []
    await unit.audit(caller, "FillMinutesForm", name, [command.form, *sorted(command.answers), *confirmed])
    return filled
