"""Papers of a sitting: brought, sent out with the agenda, made into a pack; an item that waits for the next sitting."""

from io import BytesIO

import pytest
import requests
from pypdf import PdfReader

from tests.web.browser.panel import Panel, key, path_of
from tests.web.browser.paper import FILE, pdf_of
from tests.web.browser.site import Client, Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

ADD = "Add the paper"


def _bring(officer: Visitor, who: str, what: str, name: str, content: bytes) -> None:
    officer.select("Who is it about?", who)
    officer.select("What is it?", what)
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    officer.page.get_by_label(FILE).set_input_files(files=[file])


@pytest.mark.parametrize("mode", MODES)
def test_papers_are_brought_sent_out_and_found_by_their_pages(
    visitor: Visitors, panel: Panel, site: Site, mode: Mode
) -> None:
    planned = panel.planned()
    item = planned.agenda[0]
    who = f"{item.references[0]}, item 1"
    given("business support, and a sitting to come")
    officer = visitor("business-support", mode)
    officer.open(path_of(planned))
    officer.says("missing")
    officer.follow("Papers and agenda pack")
    officer.says("Papers are due by the end of", "Missing")
    when("they send the form without a file")
    officer.press(ADD, status=422)
    then("the page says what to do")
    assert officer.faults == ["Choose who it is about", "Choose what it is"]
    when("they send something else under the name of a PDF")
    _bring(officer, who, "Social worker's report", "report.pdf", b"MZ no paper at all")
    officer.press(ADD, status=422)
    assert len(officer.faults) == 1 and officer.faults[0].startswith("The file is neither a PDF nor a Word file")
    when("they send a paper of three pages")
    _bring(officer, who, "Social worker's report", "report.pdf", pdf_of(3))
    officer.press(ADD)
    then("it stands with its item, and has no pages yet")
    assert officer.done == "The paper is added"
    officer.says("Social worker's report", "Not sent out yet")
    when("they send the agenda out")
    officer.press(
        "Send out what changed as a supplement" if officer.has("heading", "Version 1") else "Send the agenda out"
    )
    then("its pages have numbers")
    assert officer.done == "The agenda is sent out"
    officer.says("Agenda pack for members (PDF)")
    officer.picture("papers")
    numbers = [one for one in _pages_in_pack(site, path_of(planned)) if not one.startswith("Agenda")]
    first, last = int(numbers[-3]), int(numbers[-1])
    assert numbers[-3:] == [str(first), str(first + 1), str(last)]
    officer.says(f"{first} to {last}")
    when("a paper is taken back")
    officer.press("Take back", row="Social worker's report")
    assert officer.done == "The paper is taken back"


@pytest.mark.parametrize("mode", MODES)
def test_an_item_is_put_off_with_a_reason(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    planned = panel.planned()
    item = planned.agenda[-1]
    called = ", ".join(item.references)
    chair = visitor("panel-chair", mode)
    chair.open(path_of(planned))
    when("the chair puts the last item off and says no reason")
    chair.follow(f"Put off item {item.number}, {called}")
    chair.press("Put it off", status=422)
    then("the page asks for one")
    assert chair.faults == ["Enter why it waits"]
    chair.picture("put-off")
    chair.write("Why does it wait?", "The assessment is not ready.")
    chair.press("Put it off")
    then("it is off this agenda, and the page says so")
    assert chair.path == path_of(planned)
    assert chair.done == f"{called} is put off to the next sitting"
    assert key(item.name) not in [key(one.name) for one in panel.agenda(planned)]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(visitor: Visitors, panel: Panel, site: Site) -> None:
    planned = panel.planned()
    given("business support, whose browser says that fifty megabytes will come")
    client = site.client("business-support")
    answer = _upload(client, f"{path_of(planned)}/papers/add", client.form_token(), bytes(50 * 1024 * 1024))
    then("the page comes back and says what to do")
    assert answer.status_code == 422
    assert "The file must be 25 MB or smaller" in answer.text


def test_papers_are_nobodys_who_may_not_see_the_agenda(panel: Panel, site: Site) -> None:
    planned = panel.planned()
    assert site.client("social-worker").get(f"{path_of(planned)}/papers").status_code == 404
    foreign = site.client("business-support").post(f"{path_of(planned)}/papers/send-out", {}, token="somebody else's")
    assert foreign.status_code == 403


def test_a_file_comes_only_by_a_form_of_this_session_and_only_where_one_is_taken(panel: Panel, site: Site) -> None:
    path = path_of(panel.planned())
    client = site.client("business-support")
    assert _upload(client, f"{path}/papers/add", "somebody else's", b"%PDF-1.7").status_code == 403
    assert _upload(client, f"{path}/papers/send-out", client.form_token(), b"%PDF-1.7").status_code == 415


def _upload(client: Client, path: str, token: str, content: bytes) -> requests.Response:
    head = (
        f'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="report.pdf"\r\n\r\n'
    ).encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return client.send("POST", path, data=head + content + b"\r\n--x--\r\n", headers=headers)


def _pages_in_pack(site: Site, path: str) -> list[str]:
    answer = site.client("business-support").get(f"{path}/papers/pack/members")
    assert answer.headers["Content-Type"] == "application/pdf"
    return list(PdfReader(BytesIO(answer.content)).page_labels)
