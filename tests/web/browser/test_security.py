"""What the site refuses, whatever it is sent, and what every answer carries."""

import http.client
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from permanence.cases.v1.cases_service_pb2 import ListSubjectsRequest
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.scheduler.v1.meeting_drafts_service_pb2 import DiscardMeetingDraftRequest, ListMeetingDraftsRequest
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceStub
from permanence.scheduler.v1.scheduler_service_pb2 import ListMeetingsRequest
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from tests.web.browser.site import Client, OwnSite, Site
from tests.web.headers import faults_of_headers
from web.app import MOST_BYTES

OwnSites = Callable[..., OwnSite]
ABSENT = "0193c5a0-0000-7000-8000-00000000ffff"
FORM = "application/x-www-form-urlencoded"
_PAGES = ("/to-arrange", "/tracker", "/find", "/meetings", "/sittings", "/accessibility", "/nothing")
# What two makings of the same page may differ in.
_UNLIKE = re.compile(r'(?<=nonce=")[^"]*|(?<=name="form_token" value=")[^"]*')


@pytest.fixture(scope="module")
def officer(site: Site) -> Client:
    """Business support, signed in."""
    return site.client("business-support")


@pytest.fixture(scope="module")
def nobody(site: Site) -> Client:
    """Not signed in."""
    return site.client()


def _is_a_page(answer: requests.Response) -> bool:
    return answer.headers["Content-Type"] == "text/html; charset=utf-8" and "<h1" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "signed_in", "status"),
    [
        ("GET", "/health", False, 200),
        ("GET", "/static/site.css", False, 200),
        ("GET", "/static/nothing.css", False, 404),
        ("GET", "/static/", False, 404),
        ("GET", "/sign-in", False, 200),
        ("GET", "/sign-in/demo", False, 303),
        ("GET", "/sign-in/nowhere", False, 404),
        ("GET", "/signed-in", False, 403),
        ("GET", "/accessibility", False, 200),
        ("GET", "/to-arrange", False, 303),
        ("GET", "/nothing", False, 303),
        ("POST", "/find", False, 303),
        ("DELETE", "/sign-in", False, 405),
        ("GET", "/", True, 303),
        ("GET", "/to-arrange", True, 200),
        ("HEAD", "/to-arrange", True, 200),
        ("GET", "/nothing", True, 404),
        ("POST", "/nothing", True, 404),
        ("GET", f"/children/{ABSENT}", True, 404),
        ("GET", "/tracker", True, 200),
        ("GET", "/scorecard/file", True, 404),
        ("GET", "/returns/yearly-reviews/file", True, 404),
        ("GET", "/children/not-a-key", True, 404),
        ("POST", "/find", True, 403),
        ("PUT", "/find", True, 405),
        ("PATCH", "/find", True, 405),
        ("DELETE", "/find", True, 405),
        ("OPTIONS", "/find", True, 405),
        ("TRACE", "/find", True, 405),
    ],
)
def test_every_kind_of_answer_has_the_headers(
    nobody: Client, officer: Client, method: str, path: str, signed_in: bool, status: int
) -> None:
    answer = (officer if signed_in else nobody).send(method, path)
    assert answer.status_code == status
    assert faults_of_headers(path, status, {name.lower(): value for name, value in answer.headers.items()}) == []
    assert answer.headers["Server"] == "permanence"
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_file_that_has_not_changed_has_them_too(nobody: Client) -> None:
    answer = nobody.send("GET", "/static/site.css", headers={"If-None-Match": "*"})
    assert answer.status_code == 304
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert faults_of_headers("/static/site.css", 304, headers) == []


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
def test_no_file_but_the_sites_own_can_be_read(site: Site, path: str) -> None:
    place = urlsplit(site.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
    connection.request("GET", path)  # as it is: other clients tidy the path up
    answer = connection.getresponse()
    assert answer.status == 404
    assert b"import" not in answer.read()
    connection.close()


def test_the_policy_lets_nothing_in_that_the_page_does_not_name(officer: Client) -> None:
    nonces = set()
    for path in _PAGES:
        answer = officer.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "http" not in policy
        (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", policy))
        nonces.add(nonce)
        for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.text):
            assert f'nonce="{nonce}"' in tag, f"{path}: {tag}"
        assert not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", answer.text), (
            f"{path} has code or style in an attribute"
        )
    assert len(nonces) == len(_PAGES), "a nonce was used again"


def test_what_somebody_typed_is_text(officer: Client) -> None:
    answer = officer.post("/find", {"number": '"><script>x</script>{{7*7}}'})
    assert answer.status_code == 422
    assert "&lt;script&gt;x&lt;/script&gt;{{7*7}}" in answer.text and "<script>x" not in answer.text


@pytest.mark.parametrize("token", [None, "", "x" * 43, "of another session", "two of them"])
def test_a_form_that_was_not_made_for_this_session_does_nothing(site: Site, officer: Client, token: str | None) -> None:
    other = site.client("business-support")
    given = {"of another session": other.form_token(), "two of them": "x"}.get(token or "", token)
    answer = officer.post("/sign-out", {"everywhere": "1"}, given)
    assert answer.status_code == 403 and "Nothing was done." in answer.text
    assert officer.get("/find").status_code == 200 and other.get("/find").status_code == 200


class Drafts:
    """What is begun in the second council, where no other test begins anything."""

    def __init__(self, site: Site) -> None:
        self.client = site.client("business-support", "second")
        self._metadata = site.metadata("business-support", "second")
        self._channel = site.channel("scheduler")
        self._stub = MeetingDraftsServiceStub(self._channel)
        page = self.client.get("/to-arrange").text
        found = re.findall(
            r'name="subject" value="([^"]+)">\s*<input type="hidden" name="meeting_kind" value="(\w+)"', page
        )
        self.rows = [{"subject": subject, "meeting_kind": kind} for subject, kind in found]

    def names(self) -> set[str]:
        """Of all that is begun."""
        request = ListMeetingDraftsRequest(parent="councils/second")
        return {draft.name for draft in self._stub.ListMeetingDrafts(request, metadata=self._metadata).meeting_drafts}

    def clear_away(self) -> None:
        """Leave nothing begun."""
        listed = self._stub.ListMeetingDrafts(
            ListMeetingDraftsRequest(parent="councils/second"), metadata=self._metadata
        )
        for draft in listed.meeting_drafts:
            request = DiscardMeetingDraftRequest(name=draft.name, etag=draft.etag, request_id=str(uuid4()))
            self._stub.DiscardMeetingDraft(request, metadata=self._metadata)
        self._channel.close()


@pytest.fixture
def drafts(site: Site) -> Iterator[Drafts]:
    made = Drafts(site)
    yield made
    made.clear_away()


def test_a_change_without_the_token_changes_nothing(drafts: Drafts) -> None:
    before = drafts.names()
    answer = drafts.client.post("/drafts", {**drafts.rows[0], "request_id": str(uuid4())}, None)
    assert answer.status_code == 403
    assert drafts.names() == before


def test_a_form_that_is_sent_twice_is_done_once(drafts: Drafts) -> None:
    before, sent = drafts.names(), {**drafts.rows[0], "request_id": str(uuid4())}
    first, second = drafts.client.post("/drafts", sent), drafts.client.post("/drafts", sent)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    (made,) = drafts.names() - before
    assert first.headers["Location"] == f"/drafts/{made.rpartition('/')[2]}"


def test_a_form_that_is_sent_again_with_other_words_is_refused(drafts: Drafts) -> None:
    request_id = str(uuid4())
    drafts.client.post("/drafts", {**drafts.rows[0], "request_id": request_id})
    before = drafts.names()
    answer = drafts.client.post("/drafts", {**drafts.rows[-1], "request_id": request_id})
    assert answer.status_code in (409, 422) and "was sent before with other words" in answer.text
    assert drafts.names() == before


def _subjects(site: Site, persona: str, council: str) -> set[str]:
    """Keys of the children that somebody may see."""
    found, token = set(), ""
    with site.channel("cases") as channel:
        while True:
            request = ListSubjectsRequest(parent=f"councils/{council}", page_size=500, page_token=token)
            reply = CasesServiceStub(channel).ListSubjects(request, metadata=site.metadata(persona, council))
            found |= {subject.name for subject in reply.subjects if "/children/" in subject.name}
            token = reply.next_page_token
            if not token:
                return {name.rpartition("/")[2] for name in found}


def _same_404(client: Client, pattern: str, keys: list[str]) -> None:
    pages = set()
    for key in (ABSENT, *keys):
        answer = client.get(pattern.format(key))
        assert answer.status_code == 404, f"{pattern}: {answer.status_code}"
        pages.add(_UNLIKE.sub("", answer.text))
    assert len(pages) == 1, f"{pattern} tells what is hidden from what is not there"


def test_a_hidden_case_and_another_councils_are_like_one_that_is_not_there(site: Site, officer: Client) -> None:
    everybodys = {persona: _subjects(site, persona, "demo") for persona in ("business-support", "team-manager")}
    hidden = everybodys["team-manager"] - everybodys["business-support"]
    hidden |= everybodys["business-support"] - everybodys["team-manager"]
    assert hidden, "no case is hidden from anybody"
    blind = "business-support" if hidden & everybodys["team-manager"] else "team-manager"
    of_another = _subjects(site, "business-support", "second")
    client = site.client(blind)
    seen = min(everybodys[blind])
    assert client.get(f"/children/{seen}").status_code == 200, "the page itself does not answer"
    hidden_here = min(hidden - everybodys[blind])
    children = ("/children/{}", f"/children/{{}}?clock={ABSENT}", "/children/{}/facts", "/children/{}/facts/new")
    for pattern in (*children, "/sibling-groups/{}", "/carer-households/{}"):
        _same_404(client, pattern, [hidden_here, min(of_another)])


@pytest.mark.parametrize("rest", ["", "/move", "/cancel", "/held", "/release"])
def test_another_councils_meeting_is_like_one_that_is_not_there(site: Site, rest: str) -> None:
    with site.channel("scheduler") as channel:
        request = ListMeetingsRequest(parent="councils/demo")
        metadata = site.metadata("business-support-manager")
        (meeting, *_) = SchedulerServiceStub(channel).ListMeetings(request, metadata=metadata).meetings
    key = meeting.name.rpartition("/")[2]
    assert site.client("business-support-manager").get(f"/meetings/{key}").status_code == 200
    _same_404(site.client("business-support-manager", "second"), "/meetings/{}" + rest, [key])


def _cookies(answer: requests.Response) -> dict[str, str]:
    """What each cookie was set with, by its name."""
    lines = answer.raw.headers.getlist("Set-Cookie")
    return {line.partition("=")[0]: line.partition(";")[2].lower() for line in lines}


def test_cookies_are_kept_from_scripts_from_other_sites_and_from_the_disk(site: Site) -> None:
    client = site.client()
    begun = _cookies(client.get("/sign-in/demo"))["signing-in"]
    session = _cookies(client.sign_in("business-support"))["session"]
    for flags in (begun, session):
        assert "httponly" in flags and "samesite=lax" in flags and "path=/" in flags and "domain" not in flags
    assert "max-age=600" in begun
    assert "max-age" not in session and "expires" not in session


def test_on_https_cookies_are_bound_to_the_host(own_site: OwnSites) -> None:
    site = own_site(public_url="https://localhost").site
    client = site.client()
    begun = client.get("/sign-in/demo")
    assert "secure" in _cookies(begun)["__Host-signing-in"]
    assert "max-age=31536000" in begun.headers["Strict-Transport-Security"]
    back = client.session.get(begun.headers["Location"] + "&persona=team-manager", allow_redirects=False, timeout=30)
    landing = urlsplit(back.headers["Location"])
    assert landing.scheme == "https"
    key = begun.cookies["__Host-signing-in"]
    answer = requests.get(
        f"{site.url}{landing.path}?{landing.query}",
        headers={"Cookie": f"__Host-signing-in={key}"},
        allow_redirects=False,
        timeout=30,
    )
    assert "secure" in _cookies(answer)["__Host-session"]
    assert "secure" in _cookies(answer)["__Host-signing-in"], "its end must be as secure as its beginning"


@pytest.mark.parametrize("signed_in", [True, False])
def test_too_much_at_once_is_refused_with_a_page(nobody: Client, officer: Client, signed_in: bool) -> None:
    client = officer if signed_in else nobody
    answer = client.post("/find", {"number": "x" * (MOST_BYTES + 1)}, officer.form_token() if signed_in else None)
    assert answer.status_code == 413 and _is_a_page(answer)
    assert "What you sent is too large." in answer.text
    assert client.get("/accessibility").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (f"{FORM}; charset=nonsense", b"number=x", 415),
        (FORM, b"number=\xff\xfe", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nno end", 415),
        ("multipart/form-data", b"x", 415),
        ("application/json", b'{"number": "x"}', 403),
        ("text/plain", b"number=x", 403),
        ("", b"", 403),
    ],
)
def test_what_no_form_sends_is_refused_with_a_page(officer: Client, kind: str, body: bytes, status: int) -> None:
    token = b"&form_token=" + officer.form_token().encode() if body.startswith(b"number=") and FORM in kind else b""
    answer = officer.send("POST", "/find", data=body + token, headers={"Content-Type": kind})
    assert answer.status_code == status and _is_a_page(answer)


@pytest.mark.parametrize("cookie", ["session=" + "x" * 4000, "session=\xff\xfe; ;;=,", "session="])
def test_an_odd_cookie_is_nobodys_session(nobody: Client, cookie: str) -> None:
    answer = nobody.send("GET", "/find", headers={"Cookie": cookie})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in?")


@pytest.mark.parametrize(
    "path", ["/%00", "/find?a=%zz", "/to-arrange?page=%00%ff", "/meetings?page=x", "/find/", "//find"]
)
def test_an_odd_address_is_no_failure(officer: Client, path: str) -> None:
    answer = officer.get(path)
    if answer.status_code == 303:  # a list's page that is none leads to the first
        answer = officer.get(answer.headers["Location"])
    assert answer.status_code < 500 and _is_a_page(answer)


def test_a_name_of_another_host_leads_nowhere(officer: Client) -> None:
    answer = officer.send("GET", "/", headers={"Host": "evil.example"})
    assert answer.headers["Location"].startswith("/")


def test_the_log_says_nothing_of_what_was_asked_or_typed(own_site: OwnSites) -> None:
    own = own_site()
    client = own.site.client("business-support")
    key, number, council = str(uuid4()), "NM-4711", "second"
    client.get(f"/children/{key}?q={number}")
    client.post("/find", {"number": number})
    client.post(f"/meetings/{key}/cancel", {"reason": number, "council": council})
    said = own.said()
    assert "GET /{where}/{key}" in said
    for secret in (key, number, str(client.session.cookies["session"]), client.form_token()):
        assert secret not in said
