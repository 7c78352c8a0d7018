"""How a confidential client proves who it is: a secret, or a JWT signed with its certificate (RFC 7523)."""

import base64
import hmac
from collections.abc import Mapping

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from emulators.directory import App, Tenant

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ProofError(Exception):
    """The client is not who it says; `code` and the text as Entra's token endpoint words them."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def prove_client(tenant: Tenant, form: Mapping[str, str], audiences: set[str]) -> App:
    """The app that made the request; raises ProofError. `audiences`: what the assertion's `aud` may be."""
    app = tenant.app(form.get("client_id", ""))
    if app is None:
        raise ProofError("unauthorized_client", "AADSTS700016: application was not found in the directory.")
    if "client_assertion" in form:
        _check_assertion(app, form, audiences)
    elif not app.secret or not hmac.compare_digest(app.secret, form.get("client_secret", "")):
        raise ProofError("invalid_client", "AADSTS7000215: invalid client secret provided.")
    return app


def _check_assertion(app: App, form: Mapping[str, str], audiences: set[str]) -> None:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise ProofError("invalid_request", f"AADSTS900144: client_assertion_type must be {ASSERTION_TYPE}.")
    if not app.certificate_pem:
        raise ProofError("invalid_client", "AADSTS700027: no certificate is registered for the application.")
    certificate = x509.load_pem_x509_certificate(app.certificate_pem.encode())
    assertion = form["client_assertion"]
    try:
        _check_thumbprint(jwt.get_unverified_header(assertion), certificate)
        claims = _decoded(assertion, certificate, audiences)
    except jwt.InvalidTokenError as error:
        raise ProofError("invalid_client", f"AADSTS700027: client assertion failed validation ({error}).") from None
    if not claims.get("iss") == claims.get("sub") == app.client_id:
        raise ProofError("invalid_client", "AADSTS700021: client assertion's issuer and subject must be the client.")


def _decoded(assertion: str, certificate: x509.Certificate, audiences: set[str]) -> dict[str, object]:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise jwt.InvalidKeyError("the registered certificate has no RSA key")
    return dict(
        jwt.decode(
            assertion,
            key,
            algorithms=["RS256", "PS256"],
            audience=sorted(audiences),
            options={"require": ["exp", "iss", "sub", "aud", "jti"]},
            leeway=30,
        )
    )


def _check_thumbprint(header: Mapping[str, object], certificate: x509.Certificate) -> None:
    known = {"x5t": hashes.SHA1(), "x5t#S256": hashes.SHA256()}  # noqa: S303 - x5t is SHA-1 by RFC 7517
    given = [(name, header[name]) for name in known if name in header]
    if not given:
        raise jwt.InvalidTokenError("header holds neither x5t nor x5t#S256")
    for name, value in given:
        expected = base64.urlsafe_b64encode(certificate.fingerprint(known[name])).rstrip(b"=").decode()
        if str(value).rstrip("=") != expected:
            raise jwt.InvalidTokenError(f"{name} is not the registered certificate's thumbprint")
