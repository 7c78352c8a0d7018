"""Writing and signing."""

from uuid import uuid4

import wtforms

from web.desk import Refused
from web.form import AtMost, LongText, Needed, PageForm
from web.refusals import words_for

_MOST_TEXT = 100_000
_CHANGED = ("STALE", "REQUEST_ID_REUSED")
_STALE_WORDS = (
    "These minutes were saved meanwhile from another page. Your text is kept here and is not saved: put it together "
    "with what stands there now, shown below, then save"
)
_OF_THE_TEXT = ("FOREIGN_NAME", "FOREIGN_PASSAGE", "NOTHING_TO_SIGN")


class DraftForm(PageForm):
    """The whole text of the draft. `etag`: the draft that was looked at; empty where nothing was written yet.

    After it was sent: `stale` where somebody wrote meanwhile, `signed` where the chair signed meanwhile,
    `foreign` where a passage is another's too, `unsent` where the service did not answer.
    """

    stale = False
    foreign = False
    signed = False
    unsent = False
    etag = wtforms.HiddenField()
    passages_confirmed = wtforms.BooleanField()
    text = LongText("Minutes", [Needed("Write the minutes before you save them"), AtMost(_MOST_TEXT)])

    def take(self, refusal: Refused) -> None:
        """What is wrong with the text stands beside it."""
        self.stale, self.signed = refusal.reason in _CHANGED, refusal.reason == "ALREADY_SIGNED"
        self.foreign = refusal.reason == "FOREIGN_PASSAGE"
        if self.foreign:
            self.request_id.data = str(uuid4())
        if self.stale:
            self.refuse(_STALE_WORDS, "text")
            self.request_id.data = str(uuid4())  # what is sent next is another change
        elif refusal.reason in _OF_THE_TEXT:
            self.refuse(words_for(refusal), "text")
        else:
            super().take(refusal)


class SignForm(PageForm):
    """A signature under what was read: `etag` says what that was."""

    etag = wtforms.HiddenField()
