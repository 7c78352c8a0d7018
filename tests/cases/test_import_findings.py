"""Every way in which a row can be wrong: named by file, line, column and reason; the rest is used."""

from datetime import date

import pytest

from rulebook.facts import RuleId
from services.cases.app.extract import Extract, Known
from services.cases.app.read_files import ImportFile, ImportFormat, NothingToReadError, read_files
from services.cases.domain.import_finding import SAYS, WAITING, Reason
from tests.cases.return_twin import xml_twin

TODAY = date(2026, 3, 16)
CEASED, LEFT = "clae_cla_episode_ceased_date", "invo_involvement_end_date"
RULES = frozenset({RuleId("BCP-8.4-02")})
GOOD = {
    "ssd_person.csv": ["pers_person_id,pers_forename,pers_surname,pers_dob", "C1,Ada,Vale,2018-01-01T00:00:00"],
    "ssd_cla_episodes.csv": [
        "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased_date,clae_cla_id",
        "E1,C1,2025-06-02,,P1",
    ],
    "ssd_cla_reviews.csv": ["clar_cla_review_id,clar_cla_id,clar_cla_review_date", "R1,P1,2025-06-20"],
    "ssd_legal_status.csv": ["lega_legal_status_id,lega_person_id,lega_legal_status,lega_legal_status_start_date"],
    "ssd_professionals.csv": ["prof_professional_id,prof_professional_name", "W1,Wim Oak"],
    "ssd_involvements.csv": [
        "invo_involvements_id,invo_professional_id,invo_professional_role_id,"
        "invo_involvement_start_date,invo_involvement_end_date,invo_person_id",
        "I1,W1,SOCIAL_WORKER,2025-06-02,,C1",
    ],
    "contacts.csv": [
        "source_person_id,kind,relationship,subject_source_id,household_source_id,channel,unsafe_channels,unsafe_times,from,until",
        "M1,parent,mother,C1,,email,,,2018-01-01,",
    ],
    "restrictions.csv": [
        "restriction_id,kind,subject_source_id,subject_kind,person_source_id,other_person_source_id,court_ordered,"
        "from,until",
        "X1,restricted_case,C1,child,,,no,2025-06-02,",
    ],
    "case_events.csv": [
        "event_id,subject_source_id,subject_kind,type,on,at,rule",
        "V1,C1,child,ppm_held,2025-06-25,11:30,",
    ],
}
# file, the row that is added, the column at fault, the reason
FAULTS = [
    ("ssd_person.csv", "C1,Ada,Vale,2018-01-01", "pers_person_id", Reason.DUPLICATE_CHILD),
    ("ssd_person.csv", ",Ada,Vale,2018-01-01", "pers_person_id", Reason.MISSING_VALUE),
    ("ssd_person.csv", "C2,Ada,Vale,31/02/2018", "pers_dob", Reason.BAD_DATE),
    ("ssd_person.csv", "C2,Ada,Vale,0018-01-01", "pers_dob", Reason.BAD_DATE),
    ("ssd_person.csv", "C2,Ada,Vale,2027-01-01", "pers_dob", Reason.DATE_IN_FUTURE),
    ("ssd_person.csv", "C2,Ada,Vale,1970-01-01", "", Reason.NOT_A_CHILD),
    ("ssd_person.csv", "C2,Ada,Vale", "", Reason.MALFORMED_ROW),
    ("ssd_person.csv", 'C2,"Ada"x,Vale,2018-01-01', "", Reason.MALFORMED_ROW),
    ("ssd_person.csv", 'C2,"Ada,Vale,2018-01-01', "", Reason.MALFORMED_ROW),
    ("ssd_person.csv", "C2,A\0da,Vale,2018-01-01", "", Reason.BAD_ENCODING),
    ("ssd_person.csv", f"C2,{'a' * 5000},Vale,2018-01-01", "", Reason.CELL_TOO_LONG),
    ("ssd_person.csv", f"C2,{'a' * 10_000_000},Vale,2018-01-01", "", Reason.CELL_TOO_LONG),
    ("ssd_cla_episodes.csv", "E2,C9,2025-06-02,,P9", "clae_person_id", Reason.UNKNOWN_CHILD),
    (
        "ssd_cla_episodes.csv",
        "E2,C1,2025-06-02,2025-06-01,P2",
        "clae_cla_episode_ceased_date",
        Reason.ENDS_BEFORE_IT_BEGINS,
    ),
    ("ssd_cla_episodes.csv", "E2,C1,2026-06-02,,P2", "clae_cla_episode_start_date", Reason.DATE_IN_FUTURE),
    ("ssd_cla_episodes.csv", "E1,C1,2025-06-02,,P1", "clae_cla_episode_id", Reason.DUPLICATE_ROW),
    ("ssd_cla_reviews.csv", "R2,P9,2025-06-20", "clar_cla_id", Reason.REVIEW_WITHOUT_EPISODE),
    ("ssd_cla_reviews.csv", "R2,P1,soon", "clar_cla_review_date", Reason.BAD_DATE),
    ("ssd_cla_reviews.csv", "R1,P1,2025-06-20", "clar_cla_review_id", Reason.DUPLICATE_ROW),
    ("ssd_legal_status.csv", "L1,C1,C2,2027-01-01", "lega_legal_status_start_date", Reason.DATE_IN_FUTURE),
    ("ssd_involvements.csv", "I2,W9,SOCIAL_WORKER,2025-06-02,,C1", "invo_professional_id", Reason.UNKNOWN_WORKER),
    ("ssd_involvements.csv", "I2,M1,SOCIAL_WORKER,2025-06-02,,C1", "invo_professional_id", Reason.UNKNOWN_WORKER),
    ("ssd_involvements.csv", "I2,W1,WIZARD,2025-06-02,,C1", "invo_professional_role_id", Reason.UNKNOWN_ROLE),
    (
        "ssd_involvements.csv",
        "I2,W1,SOCIAL_WORKER,2025-06-02,2025-01-01,C1",
        "invo_involvement_end_date",
        Reason.ENDS_BEFORE_IT_BEGINS,
    ),
    ("contacts.csv", "M2,parent,mother,C9,,email,,,,", "subject_source_id", Reason.UNKNOWN_CHILD),
    ("contacts.csv", "M2,parent,wizard,C1,,email,,,,", "relationship", Reason.UNKNOWN_ROLE),
    ("contacts.csv", "M2,ghost,mother,C1,,email,,,,", "kind", Reason.BAD_VALUE),
    ("contacts.csv", "M2,parent,mother,C1,,pigeon,,,,", "channel", Reason.BAD_VALUE),
    ("contacts.csv", "M2,parent,mother,C1,,email,pigeon,,,", "unsafe_channels", Reason.BAD_VALUE),
    ("contacts.csv", "M2,parent,mother,C1,,email,,at night,,", "unsafe_times", Reason.BAD_VALUE),
    ("contacts.csv", "M2,parent,mother,C1,,email,,,2026-01-01,2025-01-01", "until", Reason.ENDS_BEFORE_IT_BEGINS),
    ("restrictions.csv", "X2,forbidden,C1,child,,,no,,", "kind", Reason.UNKNOWN_RESTRICTION),
    ("restrictions.csv", "X2,must_not_meet,C1,child,M1,,no,,", "other_person_source_id", Reason.MISSING_VALUE),
    ("restrictions.csv", "X2,must_not_meet,C1,child,M1,M9,no,,", "other_person_source_id", Reason.UNKNOWN_PERSON),
    ("restrictions.csv", "X2,restricted_case,C1,child,W9,,no,,", "person_source_id", Reason.UNKNOWN_WORKER),
    ("restrictions.csv", "X2,restricted_case,C1,child,W1,,no,,", "person_source_id", Reason.UNKNOWN_SIGN_IN),
    ("restrictions.csv", "X2,restricted_case,F9,sibling_group,,,no,,", "subject_source_id", Reason.UNKNOWN_SUBJECT),
    ("restrictions.csv", "X1,restricted_case,C1,child,,,no,,", "restriction_id", Reason.DUPLICATE_ROW),
    ("restrictions.csv", "X2,restricted_case,C1,child,,,perhaps,,", "court_ordered", Reason.BAD_VALUE),
    ("case_events.csv", "V2,C1,child,tea_drunk,2025-06-25,,", "type", Reason.UNKNOWN_EVENT),
    ("case_events.csv", "V2,C9,child,ppm_held,2025-06-25,,", "subject_source_id", Reason.UNKNOWN_CHILD),
    ("case_events.csv", "V2,C1,child,ppm_held,2026-06-25,,", "on", Reason.DATE_IN_FUTURE),
    ("case_events.csv", "V2,C1,child,ppm_held,2026-03-29,01:30,", "on", Reason.DATE_IN_FUTURE),
    ("case_events.csv", "V2,C1,child,ppm_held,2025-03-30,01:30,", "at", Reason.BAD_TIME),
    ("case_events.csv", "V2,C1,child,obligation_met,2025-06-25,,", "rule", Reason.MISSING_VALUE),
    ("case_events.csv", "V2,C1,child,obligation_met,2025-06-25,,NO-1", "rule", Reason.UNKNOWN_RULE),
    ("case_events.csv", "V1,C1,child,ppm_held,2025-06-25,,", "event_id", Reason.DUPLICATE_ROW),
    ("notes.csv", "anything", "", Reason.UNKNOWN_FILE),
    ("ssd_person.csv", "=C2,Ada,Vale,2018-01-01", "pers_person_id", Reason.BAD_VALUE),
    ("ssd_cla_episodes.csv", "E2,C1,2025-06-02,,+P2", "clae_cla_id", Reason.BAD_VALUE),
    ("ssd_cla_reviews.csv", "-R2,P1,2025-06-20", "clar_cla_review_id", Reason.BAD_VALUE),
    ("ssd_cla_reviews.csv", "R2,@P1,2025-06-20", "clar_cla_id", Reason.BAD_VALUE),
]


def read(files: dict[str, list[str]], form: ImportFormat = ImportFormat.SSD, as_of: date = TODAY) -> Extract:
    given = [ImportFile(name, "\n".join(lines).encode()) for name, lines in files.items()]
    return read_files(form, given, as_of, Known(rules=RULES))


def test_the_good_folder_has_no_finding() -> None:
    extract = read(GOOD)
    assert extract.report.findings == []
    assert (len(extract.subjects), len(extract.people), len(extract.involvements)) == (1, 2, 2)
    assert {row.type for row in extract.events.values()} == {
        "became_looked_after",
        "entered_care",
        "cic_review_held",
        "ppm_held",
    }


@pytest.mark.parametrize(("file", "row", "column", "reason"), FAULTS, ids=lambda part: str(part)[:30])
def test_a_faulty_row_is_named_and_the_rest_is_used(file: str, row: str, column: str, reason: Reason) -> None:
    lines = GOOD.get(file, ["a header"])
    extract = read({**GOOD, file: [*lines, row]})
    (found,) = extract.report.ordered()
    line = 1 if reason is Reason.UNKNOWN_FILE else len(lines) + 1
    assert (found.file, found.row, found.column, found.reason) == (file, line, column, reason)
    assert found.waiting == (reason in WAITING)
    assert found.message == SAYS[reason]  # words that stand before any row is read: no value can be in them
    good = read(GOOD)
    for key, event in good.events.items():
        assert extract.events[key] == event
    assert good.subjects.keys() <= extract.subjects.keys()
    assert good.restrictions.keys() <= extract.restrictions.keys()
    assert good.involvements.keys() <= extract.involvements.keys()


@pytest.mark.parametrize(
    ("content", "reason", "column"),
    [
        (b"", Reason.MALFORMED_FILE, ""),
        (b"\n\n\n", Reason.MALFORMED_FILE, ""),
        (b"\xff\xfep\0e\0r\0s\0", Reason.MALFORMED_FILE, ""),
        (b"pers_person_id,pers_person_id\nC1,C1\n", Reason.MALFORMED_FILE, ""),
        (b"pers_forename,pers_surname\nAda,Vale\n", Reason.MISSING_COLUMN, "pers_person_id"),
        (b'"pers_person_id\nC1\n', Reason.MALFORMED_FILE, ""),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: bytes, reason: Reason, column: str) -> None:
    others = [ImportFile(name, "\n".join(lines).encode()) for name, lines in GOOD.items() if name == "contacts.csv"]
    extract = read_files(ImportFormat.SSD, [ImportFile("ssd_person.csv", content), *others], TODAY, Known())
    first = next(one for one in extract.report.ordered() if one.file == "ssd_person.csv")
    assert (first.reason, first.column) == (reason, column)
    assert "M1" in extract.people


def test_latin_1_and_a_byte_order_mark_and_crlf() -> None:
    """The mark and line ends are no fault; of a file in another encoding the plain rows are used."""
    head = "pers_person_id,pers_forename,pers_surname,pers_dob\r\n"
    rows = "C1,Zoë,Vale,2018-01-01\r\nC2,Ada,Vale,2018-01-01\r\n"
    marked, latin = (
        read_files(ImportFormat.SSD, [ImportFile("ssd_person.csv", (head + rows).encode(code))], TODAY, Known())
        for code in ("utf-8-sig", "latin-1")
    )
    assert marked.report.findings == [] and len(marked.subjects) == 2
    assert [(one.row, one.reason) for one in latin.report.findings] == [(2, Reason.BAD_ENCODING)]
    assert [key.source_id for key in latin.subjects] == ["C2"]


def test_lines_are_counted_across_quoted_line_breaks() -> None:
    lines = ["pers_person_id,pers_forename,pers_surname,pers_dob", 'C1,"A\nd\na",Vale,2018-01-01', "C1,A,B,2018-01-01"]
    (found,) = read({"ssd_person.csv": lines}).report.ordered()
    assert (found.row, found.reason) == (5, Reason.DUPLICATE_CHILD)


def test_what_protects_is_read_strictly() -> None:
    """A restriction whose dates cannot be read is in force; an unsafe channel that cannot be read leaves none safe."""
    bad = {
        **GOOD,
        "restrictions.csv": [GOOD["restrictions.csv"][0], "X1,must_not_meet,C1,child,M1,W1,perhaps,2026-99-01,never"],
        "contacts.csv": [GOOD["contacts.csv"][0], "M1,parent,mother,C1,,email,pigeon,,,"],
    }
    extract = read(bad)
    restriction = extract.restrictions["X1"]
    assert restriction.court_ordered and restriction.from_date <= TODAY and restriction.until_date is None
    assert extract.people["M1"].channel is None
    assert len(extract.report.findings) == 4


def test_care_runs_on_through_a_change_of_placement_and_ends() -> None:
    head = GOOD["ssd_cla_episodes.csv"][0]
    rows = ["E1,C1,2024-01-01,2024-05-01,P1", "E2,C1,2024-05-01,2024-09-01,P1", "E3,C1,2025-06-02,,P2"]
    events = {
        (str(row.type), row.on.isoformat())
        for row in read({**GOOD, "ssd_cla_episodes.csv": [head, *rows]}).events.values()
    }
    assert {
        ("became_looked_after", "2024-01-01"),
        ("ceased_to_be_looked_after", "2024-09-01"),
        ("became_looked_after", "2025-06-02"),
    } <= events
    assert ("became_looked_after", "2024-05-01") not in events


def test_a_review_ahead_is_booked_and_the_nearest_counts() -> None:
    head = GOOD["ssd_cla_reviews.csv"][0]
    rows = ["R1,P1,2025-06-20", "R2,P1,2026-05-01", "R3,P1,2026-04-01"]
    extract = read({**GOOD, "ssd_cla_reviews.csv": [head, *rows]})
    reviews = {(str(row.type), row.on.isoformat()) for row in extract.events.values() if "review" in row.type}
    assert reviews == {("cic_review_held", "2025-06-20"), ("cic_review_booked", "2026-04-01")}


def test_what_concerns_an_only_child_s_family_concerns_the_child() -> None:
    family = {
        "ssd_family.csv": ["fami_family_id,fami_person_id", "F1,C1"],
        "restrictions.csv": [GOOD["restrictions.csv"][0], "X1,restricted_case,F1,sibling_group,,,no,,"],
    }
    extract = read({**GOOD, **family})
    assert not extract.report.findings
    assert extract.restrictions["X1"].subject.source_id == "C1"


def test_the_return_s_reasons() -> None:
    extract = read(
        {
            "header.csv": ["CHILD,DOB", "1,01/01/2015", "1,01/01/2015", "2,01/01/2015", "3,32/01/2015"],
            "episodes.csv": [
                "CHILD,DECOM,RNE,DEC",
                "1,01/01/2025,S,01/02/2025",
                "1,01/02/2025,P,",
                "2,01/03/2025,S,01/01/2025",
                "3,01/04/2026,S,",
                "4,01/04/2025,S,",
            ],
            "reviews.csv": ["CHILD,REVIEW", "1,20/01/2025", "1,20/01/2025", "1,20/01/2027", "5,20/01/2025", "1,x"],
            "uasc.csv": ["CHILD,DUC"],
            "stray.csv": ["CHILD"],
        },
        ImportFormat.SSDA903,
    )
    assert [(one.file, one.row, one.reason) for one in extract.report.ordered()] == [
        ("episodes.csv", 4, Reason.ENDS_BEFORE_IT_BEGINS),
        ("episodes.csv", 5, Reason.AFTER_AS_OF_DAY),
        ("episodes.csv", 6, Reason.UNKNOWN_CHILD),
        ("header.csv", 3, Reason.DUPLICATE_CHILD),
        ("header.csv", 5, Reason.BAD_DATE),
        ("reviews.csv", 3, Reason.DUPLICATE_ROW),
        ("reviews.csv", 4, Reason.AFTER_AS_OF_DAY),
        ("reviews.csv", 5, Reason.REVIEW_WITHOUT_EPISODE),
        ("reviews.csv", 6, Reason.BAD_DATE),
        ("stray.csv", 1, Reason.UNKNOWN_FILE),
    ]
    assert [(str(row.type), row.on, row.assumed) for row in extract.events.values()][:2] == [
        ("became_looked_after", date(2025, 1, 1), True),
        ("entered_care", date(2025, 1, 1), True),
    ]


@pytest.mark.parametrize(("form", "name"), [(ImportFormat.SSD, "header.csv"), (ImportFormat.SSDA903, "ssd_person.csv")])
def test_nothing_to_read(form: ImportFormat, name: str) -> None:
    with pytest.raises(NothingToReadError):
        read_files(form, [ImportFile(name, b"a\n1\n")], TODAY, Known())


def test_every_reason_has_words_and_a_case() -> None:
    assert set(SAYS) == set(Reason)
    assert all(words.count(". ") >= 1 or words.endswith(".") for words in SAYS.values())
    tried = {reason for *_, reason in FAULTS} | {Reason.MALFORMED_FILE, Reason.MISSING_COLUMN, Reason.AFTER_AS_OF_DAY}
    # What is wrong with a return in XML is tried in test_return_xml.py.
    xml = {Reason.MALFORMED_XML, Reason.NOT_A_RETURN, Reason.DOCTYPE}
    assert set(Reason) - tried - xml == {Reason.TOO_MANY_ROWS}


def test_a_return_s_child_whose_id_a_spreadsheet_would_run_is_not_used() -> None:
    files = {
        "header.csv": ["CHILD,SEX,DOB", "=1+1,1,01/01/2018", "C2,1,01/01/2018"],
        "episodes.csv": ["CHILD,DECOM,DEC", "=1+1,02/06/2025,", "C2,02/06/2025,"],
        "reviews.csv": ["CHILD,REVIEW,REVIEW_CODE", "=1+1,20/06/2025,PN1", "C2,20/06/2025,PN1"],
    }
    twin = ImportFile("return.xml", xml_twin({name: "\n".join(lines).encode() for name, lines in files.items()}))
    for extract in (
        read(files, ImportFormat.SSDA903),
        read_files(ImportFormat.SSDA903, [twin], TODAY, Known(rules=RULES)),
    ):
        assert [key.source_id for key in extract.subjects] == ["C2"]
        assert {one.subject.source_id for one in extract.events.values()} == {"C2"}
        found = extract.report.findings
        assert {(one.column, one.reason) for one in found} == {("child", Reason.BAD_VALUE)} and len(found) == 3
