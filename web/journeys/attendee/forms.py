"""The forms of somebody without an account."""

import re
from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Any

import wtforms
from permanence.notifications.v1 import notification_pb2 as note

from web.form import PageForm
from web.journeys.attendee.messages import ENGLISH

SESSION = re.compile(r"[A-Za-z0-9_-]{43}")
"""How a browser's secret is written."""
_LANGUAGE = re.compile(r"[^\W\d_]([^\W\d_]|[ ,'()-])*")
_LONGEST_LANGUAGE = 60
_CODE = re.compile(r"[0-9]{6}")
_ANSWERS = {"yes": note.ANSWER_ACCEPTED, "perhaps": note.ANSWER_TENTATIVE, "no": note.ANSWER_DECLINED}


class LinkForm(PageForm):
    """A form that may be a link's first use. `session`: this browser's secret, made with the page.

    It is made with the page and not with the sending, so that sending the page twice is sending it once.
    """

    session = wtforms.HiddenField()

    def __init__(self, formdata: Any = None, *, session: str = "") -> None:
        super().__init__(formdata)
        kept = session or self.session.data or ""
        self.session.data = kept if SESSION.fullmatch(kept) else token_urlsafe(32)


class AnswerForm(LinkForm):
    """Three buttons, one of which is pressed."""

    answer = wtforms.StringField()

    @property
    def wire_answer(self) -> "note.Answer.ValueType":
        """What was pressed; none where it was no button of the page."""
        return _ANSWERS.get(self.answer.data or "", note.ANSWER_UNSPECIFIED)


class NeedsForm(LinkForm):
    """What somebody needs."""

    needs = wtforms.SelectMultipleField(
        ENGLISH.needs_title,
        choices=[(note.Need.Name(need), words) for need, words in ENGLISH.needs.items()],
    )
    language = wtforms.StringField(ENGLISH.language_label)

    @property
    def wire_needs(self) -> "Sequence[note.Need.ValueType]":
        """Those that were ticked."""
        return [note.Need.Value(name) for name in self.needs.data or ()]

    def check(self, *, may_be_empty: bool) -> bool:
        """Whether it can be sent; faults stand in the form. `may_be_empty`: to take everything back."""
        needs, language = self.wire_needs, (self.language.data or "").strip()
        interpreter = note.NEED_INTERPRETER in needs
        if not needs and not language and not may_be_empty:
            self.refuse(ENGLISH.nothing_ticked, "needs")
        if interpreter and not language:
            self.refuse(ENGLISH.language_needed, "language")
        elif language and not interpreter:
            self.refuse(ENGLISH.interpreter_needed, "language")
        elif language and (len(language) > _LONGEST_LANGUAGE or not _LANGUAGE.fullmatch(language)):
            self.refuse(ENGLISH.language_letters, "language")
        self.language.data = language
        return not self.faults


class CodeForm(LinkForm):
    """The code that was sent. Blanks and hyphens that people type between its numbers do not matter."""

    code = wtforms.StringField(ENGLISH.code_label)

    def check(self) -> bool:
        """Whether it can be a code; the fault stands in the form."""
        self.code.data = re.sub(r"[\s-]", "", self.code.data or "")
        if not _CODE.fullmatch(self.code.data):
            self.refuse(ENGLISH.code_needed, "code")
        return not self.faults
