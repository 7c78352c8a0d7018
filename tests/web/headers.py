"""The security headers that every answer of the site must have."""

import re
from collections.abc import Mapping

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_POLICY = {
    "default-src": r"'none'",
    "script-src": r"'self' 'nonce-[\w-]{20,}'",
    "style-src": r"'self' 'nonce-[\w-]{20,}'",
    "img-src": r"'self'",
    "connect-src": r"'self'",
    "form-action": r"'self'",
    "base-uri": r"'none'",
    "frame-ancestors": r"'none'",
}


def faults_of_headers(path: str, status: int, headers: Mapping[str, str]) -> list[str]:
    """What is missing or too wide; `headers` by lower-case name."""
    faults = [f"{name} is {headers.get(name)!r}" for name, value in _ALWAYS.items() if headers.get(name) != value]
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("content-security-policy", "").split(";"))
    for directive, pattern in _POLICY.items():
        if not re.fullmatch(pattern, policy.get(directive, "")):
            faults.append(f"content policy: {directive} is {policy.get(directive)!r}")
    if extra := set(policy) - set(_POLICY) - {""}:
        faults.append(f"content policy: {sorted(extra)} besides")
    if "camera=()" not in headers.get("permissions-policy", ""):
        faults.append(f"permissions-policy is {headers.get('permissions-policy')!r}")
    kept = headers.get("cache-control", "")
    fixed = path.startswith("/static/") and status < 400
    if kept != ("public, max-age=86400" if fixed else "no-store"):
        faults.append(f"cache-control is {kept!r}")
    return faults
