"""Security headers, on every response: a strict content policy with a nonce a page, and nothing kept by caches."""

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
STATIC_SECONDS = 24 * 60 * 60


def new_nonce() -> str:
    """One page's own."""
    return secrets.token_urlsafe(16)


def security_headers(nonce: str, *, https: bool, static: bool) -> dict[str, str]:
    """All of them, by name. `static`: styles and scripts, the same for everybody, may be kept for a day."""
    policy = (
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
    kept = CacheControl().public().max_age(STATIC_SECONDS) if static else CacheControl().no_store()
    headers = Secure(
        csp=policy,
        cache=kept,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if https else None,
    ).headers
    return dict(headers)
