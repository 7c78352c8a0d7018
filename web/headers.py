"""Security headers, on every response: a strict content policy with a nonce a page, and nothing kept by caches."""

import base64
import hashlib
import re
import secrets

from aiohttp import web
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

NONCE = web.RequestKey("nonce", str)
# Set on what one person's own program may keep, and nothing between it and the site.
PRIVATE = web.RequestKey("private", bool)
# Set to the HTML of a document that a service made and that is answered as it is: a page of its own.
DOCUMENT = web.RequestKey("document", str)
_STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)
STATIC_SECONDS = 24 * 60 * 60


def new_nonce() -> str:
    """One page's own."""
    return secrets.token_urlsafe(16)


def security_headers(
    nonce: str, *, https: bool, static: bool, document: str = "", private: bool = False, secret: bool = False
) -> dict[str, str]:
    """All of them, by name. `static`: styles and scripts, the same for everybody, may be kept for a day.

    A `document` has an origin of its own, runs nothing, sends nothing, and is styled by what stands in it.
    `secret`: the address is one, and no page that it leads to is told it.
    """
    policy = _document_policy(document) if document else _page_policy(nonce)
    kept = CacheControl().public().max_age(STATIC_SECONDS) if static else CacheControl().no_store()
    if private:
        kept = CacheControl().private()
    headers = Secure(
        csp=policy,
        cache=kept,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        referrer=ReferrerPolicy().no_referrer() if secret else ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if https else None,
    ).headers
    return {**headers, "Server": "permanence"}  # and not which versions of what


def _page_policy(nonce: str) -> ContentSecurityPolicy:
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'", f"'nonce-{nonce}'")
        .style_src("'self'", f"'nonce-{nonce}'")
        .img_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )


def _document_policy(document: str) -> ContentSecurityPolicy:
    styles = (hashlib.sha256(style.encode()).digest() for style in _STYLES.findall(document))
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src(*(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in styles))
        .form_action("'none'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
        .sandbox()
    )
