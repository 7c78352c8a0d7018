"""msal and a resource server get from the Entra emulator what they get from Entra."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from microsoft_process import (
    CERT_APP,
    OTHER_TENANT,
    SECRET_APP,
    TENANT,
    Microsoft,
    make_certificate,
)

GRAPH = ["https://graph.microsoft.com/.default"]
OURS = ["api://permanence/.default"]


def claims_of(microsoft: Microsoft, token: str, audience: str) -> dict[str, object]:
    """Verified as a service does it: discovery, JWKS, signature, issuer, audience."""
    with microsoft.session() as session:
        found = session.get(f"{microsoft.url}/{TENANT}/v2.0/.well-known/openid-configuration").json()
        keys = session.get(found["jwks_uri"]).json()
    key = jwt.PyJWKSet.from_dict(keys)[jwt.get_unverified_header(token)["kid"]]
    return dict(jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=found["issuer"]))


def test_msal_with_secret(microsoft: Microsoft) -> None:
    answer = microsoft.msal_app(SECRET_APP, "made-up").acquire_token_for_client(OURS)
    claims = claims_of(microsoft, answer["access_token"], "api://permanence")
    assert claims["tid"] == TENANT
    assert claims["azp"] == claims["appid"] == SECRET_APP
    assert claims["idtyp"] == "app" and claims["ver"] == "2.0"
    assert claims["roles"] == ["service.notifications"]
    assert claims["oid"] == claims["sub"]
    assert "name" not in claims
    assert abs(float(str(claims["nbf"])) - time.time()) < 60


def test_graph_token_has_graphs_audience_and_no_roles(microsoft: Microsoft) -> None:
    answer = microsoft.msal_app(SECRET_APP, "made-up").acquire_token_for_client(GRAPH)
    claims = claims_of(microsoft, answer["access_token"], "https://graph.microsoft.com")
    assert claims["roles"] == []


@pytest.mark.parametrize("by_thumbprint", [True, False], ids=["x5t", "x5t#S256"])
def test_msal_with_certificate(microsoft: Microsoft, by_thumbprint: bool) -> None:
    known = microsoft.certificate
    credential = {"private_key": known.key_pem}
    credential |= {"thumbprint": known.sha1} if by_thumbprint else {"public_certificate": known.certificate_pem}
    answer = microsoft.msal_app(CERT_APP, credential).acquire_token_for_client(GRAPH)
    assert claims_of(microsoft, answer["access_token"], GRAPH[0].removesuffix("/.default"))["azp"] == CERT_APP


def test_a_key_that_is_not_registered_is_refused(microsoft: Microsoft) -> None:
    stranger = make_certificate()
    for credential in (
        {"private_key": stranger.key_pem, "public_certificate": stranger.certificate_pem},
        {"private_key": stranger.key_pem, "thumbprint": microsoft.certificate.sha1},
    ):
        answer = microsoft.msal_app(CERT_APP, credential).acquire_token_for_client(GRAPH)
        assert answer["error"] == "invalid_client", answer


def test_wrong_secret_scope_and_tenant(microsoft: Microsoft) -> None:
    assert microsoft.msal_app(SECRET_APP, "wrong").acquire_token_for_client(GRAPH)["error"] == "invalid_client"
    other = microsoft.msal_app(SECRET_APP, "made-up", OTHER_TENANT).acquire_token_for_client(GRAPH)
    assert other["error"] == "unauthorized_client"
    strange = microsoft.msal_app(SECRET_APP, "made-up").acquire_token_for_client(["api://strange/.default"])
    assert strange["error"] == "invalid_scope"


def test_sign_in_with_code_and_pkce(microsoft: Microsoft) -> None:
    app = microsoft.msal_app(SECRET_APP, "made-up")
    flow = app.initiate_auth_code_flow(["api://permanence/access"], redirect_uri="http://127.0.0.1:9/back")
    assert flow["auth_uri"].startswith(microsoft.ready["authorize_url"] + "/")
    page = requests.get(flow["auth_uri"], timeout=10)
    assert "business-support" in page.text and "chair" in page.text
    back = requests.get(flow["auth_uri"] + "&persona=chair", allow_redirects=False, timeout=10)
    query = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}
    answer = app.acquire_token_by_auth_code_flow(flow, query)
    claims = claims_of(microsoft, answer["access_token"], "api://permanence")
    assert claims["roles"] == ["chair"] and "idtyp" not in claims
    assert answer["id_token_claims"]["oid"] == claims["oid"]
    silent = app.acquire_token_silent(["api://permanence/access"], app.get_accounts()[0], force_refresh=True)
    assert claims_of(microsoft, silent["access_token"], "api://permanence")["oid"] == claims["oid"]


def test_a_code_works_once_and_only_with_its_verifier(microsoft: Microsoft) -> None:
    app = microsoft.msal_app(SECRET_APP, "made-up")
    for spoil in ("code_verifier", "twice"):
        flow = app.initiate_auth_code_flow(["api://permanence/access"], redirect_uri="http://127.0.0.1:9/back")
        back = requests.get(flow["auth_uri"] + "&persona=chair", allow_redirects=False, timeout=10)
        query = {name: v[0] for name, v in parse_qs(urlsplit(back.headers["Location"]).query).items()}
        if spoil == "twice":
            app.acquire_token_by_auth_code_flow(flow, query)
        else:
            flow["code_verifier"] = "x" * 43
        assert app.acquire_token_by_auth_code_flow(flow, query)["error"] == "invalid_grant"


def test_sign_in_refuses_strange_redirects_and_no_pkce(microsoft: Microsoft) -> None:
    query = {"client_id": SECRET_APP, "redirect_uri": "https://elsewhere.example/", "response_type": "code"}
    url = f"{microsoft.ready['authorize_url']}/{TENANT}/oauth2/v2.0/authorize?{urlencode(query)}"
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 400
    assert "AADSTS50011" in answer.text and "AADSTS9002325" in answer.text


def test_demo_token(microsoft: Microsoft) -> None:
    token = microsoft.control("POST", "token", {"tenant": TENANT, "persona": "business-support"})["access_token"]
    claims = claims_of(microsoft, token, "api://permanence")
    assert claims["roles"] == ["business-support"] and "idtyp" not in claims


def test_entra_down(microsoft: Microsoft) -> None:
    microsoft.fault(fault="entra_down")
    with microsoft.session() as session:
        url = f"{microsoft.url}/{TENANT}/oauth2/v2.0/token"
        assert session.post(url, data={}).status_code == 503
