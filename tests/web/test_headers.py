"""The security headers, without a server around them."""

import pytest

from tests.web.headers import faults_of_headers
from web.guard import safe_path
from web.headers import new_nonce, security_headers


def _headers(https: bool = False, static: bool = False) -> dict[str, str]:
    made = security_headers(new_nonce(), https=https, static=static)
    return {name.lower(): value for name, value in made.items()}


@pytest.mark.parametrize("https", [True, False])
def test_pages_and_files_have_them_all(https: bool) -> None:
    assert faults_of_headers("/find", 200, _headers(https)) == []
    assert faults_of_headers("/static/site.css", 200, _headers(https, static=True)) == []
    assert ("strict-transport-security" in _headers(https)) == https


@pytest.mark.parametrize("name", sorted(set(_headers()) - {"server"}))
def test_each_of_them_is_missed_where_it_is_missing(name: str) -> None:
    headers = _headers()
    del headers[name]
    assert faults_of_headers("/find", 200, headers)


def test_nonces_are_never_the_same() -> None:
    made = {new_nonce() for _ in range(1000)}
    assert len(made) == 1000 and all(len(nonce) >= 20 for nonce in made)


@pytest.mark.parametrize("path", ["/", "/meetings", "/meetings?page=x%20y", "/children/0193c5a0"])
def test_paths_of_the_site_are_kept(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "find",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=y",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\u2028/evil.example",
        "/\x00",
    ],
)
def test_what_could_lead_elsewhere_becomes_the_front_page(path: str) -> None:
    assert safe_path(path) == "/"
