"""Every field of the policy's own referral forms is asked, and stands in page, PDF and Word file."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.panels.adapters.document_writer import ThreeForms
from services.panels.adapters.form_files import read_forms
from services.panels.domain.document import Document
from services.panels.domain.form import Answers, FieldKind, Form
from services.panels.domain.form_document import texts_of
from services.panels.domain.referral_document import referral_document
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState
from tests.panels.test_documents import assert_reads_in_order, read_pdf, read_word, squeezed
from tests.panels.test_minutes_forms import answers_to

FORMS = read_forms()
# What appendices 4 and 5 of the BCP policy ask, by short names of our own, and the field that asks it.
APPENDICES = {
    "tracking-panel-referral": {
        "name": "child_name",
        "system number": "case_number",
        "birth": "birth_date",
        "ethnicity": "ethnicity",
        "disability": "disability",
        "legal status": "legal_status",
        "legal status, other": "legal_status_other",
        "placement type": "placement_type",
        "placement type, other": "placement_type_other",
        "provider": "provider_name",
        "address": "placement_address",
        "postcode": "placement_postcode",
        "reason": "referral_reasons",
        "social worker": "social_worker",
        "team manager": "team_manager",
    },
    "family-group-conference-referral": {
        "criteria": "criteria",
        "referrer": "referrer_name",
        "referrer's team": "referrer_team",
        "direct line": "referrer_phone",
        "working days and hours": "referrer_hours",
        "referrer's e-mail": "referrer_email",
        "referrer's signature": "referrer_signed",
        "line manager": "line_manager",
        "children": "children",
        "parents": "parents",
        "wider family": "wider_family",
        "interpreter": "interpreter_needed",
        "advocate": "advocate_in_place",
        "advocate likely": "advocate_likely",
        "special needs": "special_needs",
        "special needs, outline": "special_needs_outline",
        "agencies": "agencies",
        "situation": "situation",
        "questions": "questions",
        "family's view": "family_view",
        "young person's view": "young_person_view",
        "agreement": "family_agrees",
        "date of agreement": "agreement_date",
        "risks": "risks",
        "received": "received_date",
        "allocated": "allocated_date",
        "coordinator": "coordinator",
        "entered": "entered_date",
    },
}
# What we ask besides: said in the text of the form, or needed to act on it.
BESIDES = {
    "tracking-panel-referral": {"summary", "reviewing_officer"},
    "family-group-conference-referral": {"interpreter_language", "consent_taken_back_date"},
}
COLUMNS = {
    "children": ["name", "birth_date", "age"],
    "parents": ["name", "address", "phone", "parental_responsibility"],
    "wider_family": ["name", "relationship", "address", "phone"],
    "agencies": ["name", "agency", "phone"],
    "risks": ["area", "historic", "current", "detail"],
}
OPTIONS = {
    "legal_status": 7, "placement_type": 7, "referral_reasons": 6, "criteria": 5,
}  # fmt: skip


def _document(form: Form, answers: Answers) -> Document:
    one = ReferralForm(
        ReferralFormId(UUID(int=3)), form.key, ("s",), None, ReferralFormState.SUBMITTED, answers,
        datetime(2026, 3, 2, tzinfo=UTC), "p",
    )  # fmt: skip
    return referral_document(form, one, ["C-7"], "A panel")


@pytest.mark.parametrize("key", APPENDICES)
def test_every_field_of_the_policys_form_is_asked_and_stands_in_pdf_and_word(key: str) -> None:
    form = FORMS[key]
    asked = {one.key: one for one in form.fields()}
    assert set(APPENDICES[key].values()) == set(asked) - BESIDES[key]
    answers = answers_to(form)
    made = _document(form, answers)
    pdf, word = read_pdf(ThreeForms().pdf(made)), read_word(ThreeForms().word(made))
    for name, field in APPENDICES[key].items():
        wanted = [asked[field].label]
        if asked[field].kind in (FieldKind.LINE, FieldKind.TEXT):
            wanted += texts_of({field: answers[field]})
        for text in wanted:
            assert squeezed(text) in squeezed(pdf), name
            assert squeezed(text) in squeezed(word), name


def test_tables_and_choices_have_what_the_policys_forms_have() -> None:
    fields = {one.key: one for key in APPENDICES for one in FORMS[key].fields()}
    assert {key: [column.key for column in fields[key].columns] for key in COLUMNS} == COLUMNS
    assert {key: len(fields[key].options) for key in OPTIONS} == OPTIONS


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_referral_reads_in_order_in_all_three_and_its_pdf_is_accessible(key: str) -> None:
    assert_reads_in_order(_document(FORMS[key], answers_to(FORMS[key])))
