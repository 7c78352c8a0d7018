"""Reads an extract folder: tables of the Standard Safeguarding Dataset and this product's supplements.

Table and column names: data-to-insight/ssd-data-model (MIT). How they are read is told in docs/import.md.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from services.cases.app.extract import Extract
from services.cases.app.read_people import read_people
from services.cases.app.read_ssd_care import read_care
from services.cases.app.read_ssd_reviews import read_reviews
from services.cases.app.read_ssd_subjects import read_subjects
from services.cases.app.read_supplements import read_case_events, read_restrictions
from services.cases.domain.csv_table import TableSpec
from services.cases.domain.import_finding import Row

READ: Final = {
    "ssd_person.csv": TableSpec(
        ("pers_person_id",),
        ("pers_forename", "pers_surname", "pers_dob", "pers_expected_dob", "pers_death_date"),
    ),
    "ssd_family.csv": TableSpec(("fami_family_id", "fami_person_id")),
    "ssd_disability.csv": TableSpec(("disa_person_id", "disa_disability_code")),
    "ssd_immigration_status.csv": TableSpec(("immi_person_id", "immi_immigration_status")),
    "ssd_address.csv": TableSpec(("addr_person_id",), ("addr_address_end_date", "addr_address_postcode")),
    "ssd_cla_placement.csv": TableSpec(
        ("clap_cla_placement_id",),
        (
            "clap_cla_placement_postcode",
            "clap_cla_placement_start_date",
            "clap_cla_placement_end_date",
            "clap_cla_placement_type",
            "clap_person_id",
        ),
    ),
    "ssd_professionals.csv": TableSpec(("prof_professional_id",), ("prof_professional_name",)),
    "ssd_involvements.csv": TableSpec(
        (
            "invo_involvements_id",
            "invo_professional_id",
            "invo_professional_role_id",
            "invo_involvement_start_date",
            "invo_person_id",
        ),
        ("invo_involvement_end_date",),
    ),
    "ssd_cla_episodes.csv": TableSpec(
        ("clae_cla_episode_id", "clae_person_id", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date"),
        ("clae_cla_id", "clae_cla_episode_start_reason", "clae_entered_care_date"),
    ),
    "ssd_cla_reviews.csv": TableSpec(
        ("clar_cla_review_id", "clar_cla_id", "clar_cla_review_date"),
        ("clar_cla_review_due_date", "clar_cla_review_cancelled", "clar_cla_review_participation"),
    ),
    "ssd_legal_status.csv": TableSpec(
        ("lega_legal_status_id", "lega_person_id", "lega_legal_status", "lega_legal_status_start_date"),
        ("lega_legal_status_end_date",),
    ),
    "ssd_permanence.csv": TableSpec(
        ("perm_table_id", "perm_person_id"),
        (
            "perm_adm_decision_date",
            "perm_placement_order_date",
            "perm_placed_for_adoption_date",
            "perm_permanence_order_date",
            "perm_permanence_order_type",
        ),
    ),
    "ssd_pre_proceedings.csv": TableSpec(
        ("prep_table_id", "prep_person_id", "prep_pre_pro_decision_date"),
        ("prep_pre_pro_letter_date", "prep_initial_pre_pro_meeting_date"),
    ),
    "contacts.csv": TableSpec(
        ("source_person_id", "kind", "relationship", "subject_source_id"),
        (
            "household_source_id",
            "forename",
            "surname",
            "organisation",
            "email",
            "phone",
            "address_line_1",
            "address_line_2",
            "town",
            "postcode",
            "principal_id",
            "channel",
            "unsafe_channels",
            "unsafe_times",
            "verified_on",
            "interpreter_language",
            "access_needs",
            "from",
            "until",
        ),
    ),
    "restrictions.csv": TableSpec(
        ("restriction_id", "kind", "subject_source_id", "subject_kind"),
        ("person_source_id", "other_person_source_id", "court_ordered", "from", "until"),
    ),
    "case_events.csv": TableSpec(
        ("event_id", "subject_source_id", "subject_kind", "type", "on"),
        ("at", "rule", "plan"),
    ),
}
# Goes to the scheduler; the folder is the same.
PASSED_OVER: Final = frozenset({"capacity.csv"})


def read_ssd(files: Mapping[str, Sequence[Row]], extract: Extract) -> None:
    """Fills the extract. `files` has an entry for every name in READ; a file that did not come has no rows."""
    read_subjects(files, extract)
    read_people(files, extract)
    read_reviews(files, extract, read_care(files, extract))
    read_restrictions(files["restrictions.csv"], extract)
    read_case_events(files["case_events.csv"], extract)
