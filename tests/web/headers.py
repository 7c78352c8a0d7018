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
# Minutes as a document of their own: it runs nothing, and is styled by what stands in it.
_DOCUMENT = re.compile(r"/minutes/[0-9a-f-]{36}/copy")
_DOCUMENT_POLICY = {
    "default-src": r"'none'",
    "style-src": r"'sha256-[\w+/]{43}='",
    "form-action": r"'none'",
    "base-uri": r"'none'",
    "frame-ancestors": r"'none'",
    "sandbox": r"",
}


def faults_of_headers(path: str, status: int, headers: Mapping[str, str]) -> list[str]:
    """What is missing or too wide; `headers` by lower-case name."""
    # Where the address is a secret, no page that it leads to is told it.
    always = _ALWAYS | ({"referrer-policy": "no-referrer"} if path.startswith(("/answer/", "/invitation/")) else {})
    faults = [f"{name} is {headers.get(name)!r}" for name, value in always.items() if headers.get(name) != value]
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("content-security-policy", "").split(";"))
    wanted = _DOCUMENT_POLICY if _DOCUMENT.fullmatch(path) and status == 200 else _POLICY
    for directive, pattern in wanted.items():
        if directive not in policy or not re.fullmatch(pattern, policy[directive]):
            faults.append(f"content policy: {directive} is {policy.get(directive)!r}")
    if extra := set(policy) - set(wanted) - {""}:
        faults.append(f"content policy: {sorted(extra)} besides")
    if "camera=()" not in headers.get("permissions-policy", ""):
        faults.append(f"permissions-policy is {headers.get('permissions-policy')!r}")
    kept = headers.get("cache-control", "")
    fixed = path.startswith("/static/") and status < 400
    own = path.startswith("/diary/feed/") and status < 400
    if kept != ("public, max-age=86400" if fixed else "private" if own else "no-store"):
        faults.append(f"cache-control is {kept!r}")
    return faults
