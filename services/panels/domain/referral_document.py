"""A referral as a document: every field of its form, what was not answered too."""

from collections.abc import Sequence
from typing import Final

from rulebook.counting import london_date
from services.panels.domain.document import Block, Document, Heading
from services.panels.domain.form import Form
from services.panels.domain.form_document import blocks_of, only
from services.panels.domain.referral_form import ReferralForm, ReferralFormState

COORDINATORS: Final = "The coordinators of family group conferences"
_STATES: Final = {
    ReferralFormState.DRAFT: "Draft: not submitted yet",
    ReferralFormState.SUBMITTED: "Submitted",
    ReferralFormState.RETURNED: "Returned for more",
    ReferralFormState.WITHDRAWN: "Withdrawn",
}


def referral_document(form: Form, one: ReferralForm, references: Sequence[str], to: str) -> Document:
    """`to`: title of the body; empty for the coordinators. The title holds references alone, for it names the tab."""
    facts = (("To", to or COORDINATORS), ("State", _STATES[one.state]))
    blocks = (*blocks_of(form, one.answers), *_otherwise(form, one))
    return Document(f"{form.title}: {', '.join(references)}", facts, blocks)


def _otherwise(form: Form, one: ReferralForm) -> tuple[Block, ...]:
    """What the case record said and somebody answered otherwise."""
    changed = frozenset(key for key, known in one.known.items() if one.answers.get(key) != known)
    if not changed:
        return ()
    day = london_date(one.created_at)
    heading = Heading(f"What the case record said, as of {day.day} {day:%B %Y}, and is answered otherwise above")
    return (heading, *blocks_of(only(form, changed), one.known, level=3))
