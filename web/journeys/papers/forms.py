"""The forms of a sitting's papers."""

from collections.abc import Mapping

import wtforms
from permanence.panels.v1 import paper_pb2
from wtforms.validators import StopValidation

from servicekit.errors import Violation
from web.desk import Refused
from web.form import Needed, PageForm
from web.journeys.papers.presenters import KIND_WORDS

OPEN, RESTRICTED, FOR_FAMILY = "open", "restricted", "family"
READERS = (
    (OPEN, "Everybody on the panel"),
    (RESTRICTED, "Only the chair and those who may read what is restricted"),
    (FOR_FAMILY, "Everybody on the panel, and the family"),
)
_OF_THE_FILE = ("content", "header.file_name", "header.size")
_KINDS = [(str(number), words) for number, words in KIND_WORDS.items()]


class AddPaperForm(PageForm):
    """One paper of one subject. `subject` and `replaces` are keys; the file itself is read apart."""

    wire_fields: Mapping[str, str] = {
        "header.subject": "subject", "header.kind": "kind", "header.title": "title", "header.file_name": "file",
        "header.size": "file", "header.replaces": "replaces", "content": "file",
    }  # fmt: skip

    subject = wtforms.SelectField("Who is it about?", [Needed("Choose who it is about")], validate_choice=False)
    kind = wtforms.SelectField("What is it?", choices=[("", "Choose"), *_KINDS], validate_choice=False)
    title = wtforms.StringField("Its title, if it is another paper")
    readers = wtforms.RadioField("Who may read it?", choices=READERS, default=OPEN, validate_choice=False)
    replaces = wtforms.SelectField("Does it take the place of another paper?", validate_choice=False)
    file = wtforms.FileField("PDF or Word file, 25 MB at most")

    def take(self, refusal: Refused) -> None:
        """What is wrong with the file says so as a sentence."""
        told = [
            Violation(one.field, f"The file {one.description}") if one.field in _OF_THE_FILE else one
            for one in refusal.violations
        ]
        super().take(Refused(refusal.reason, refusal.metadata, tuple(told)))

    def validate_kind(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in dict(_KINDS):
            raise StopValidation("Choose what it is")

    def validate_title(self, field: wtforms.Field) -> None:
        """For whatever its kind does not name."""
        if self.kind.data == str(paper_pb2.PAPER_KIND_OTHER) and not (field.data or "").strip():
            raise StopValidation("Enter the paper's title")

    def validate_readers(self, field: wtforms.Field) -> None:
        """One of them."""
        if field.data not in dict(READERS):
            raise StopValidation("Choose who may read it")


class SendOutForm(PageForm):
    """`etag`: the sitting that was looked at."""

    etag = wtforms.HiddenField(validators=[Needed("Look at the agenda again, then send it out")])


class ReleaseForm(PageForm):
    """`version`: the agenda that was looked at."""

    version = wtforms.IntegerField("Version")


class PutOffForm(PageForm):
    """Why an item waits."""

    wire_fields: Mapping[str, str] = {"reason": "reason"}

    etag = wtforms.HiddenField(validators=[Needed("Look at the agenda again, then put the item off")])
    reason = wtforms.TextAreaField("Why does it wait?", [Needed("Enter why it waits")])
