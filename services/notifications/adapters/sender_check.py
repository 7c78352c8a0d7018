"""Who sent a message, and whether the council's own gateway vouches for it (RFC 8601)."""

import re

import authres

from services.notifications.adapters.bounded_message import MOST_VALUE, Part, value

_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}"
_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^"<>@,;:()\[\]\\]*)'
_FROM = re.compile(rf"(?P<bare>{_ADDRESS})|{_NAME}[ \t]*<(?P<angled>{_ADDRESS})>")
_MOST_RESULTS = 10
_ALIGNED = {"dkim": ("header", "d"), "spf": ("smtp", "mailfrom")}


def sender_of(message: Part) -> str:
    """The one address in From, in lower case; empty where there is none, more than one, or any doubt.

    Two readers of a twisted From may find two addresses in it, and a gateway vouch for the other one. So only the two
    plain forms count. (The standard library's reader takes the first address of `a@b <c@d>`, and nests without end.)
    """
    found = _FROM.fullmatch(value(message, "From"))
    return (found["bare"] or found["angled"]).casefold() if found else ""


def is_confirmed(message: Part, sender: str, gateway: str) -> bool:
    """Whether `gateway` wrote that the sender's domain is the one it says; True where no gateway is named.

    dmarc=pass, or dkim or spf passed by the sender's own domain or one below it. Anybody can write such a header:
    the gateway must take off those that come in under its name (RFC 8601, 5). One that says no outweighs all.
    """
    if not gateway:
        return True
    domain = sender.rpartition("@")[2]
    if not domain:
        return False
    # The gateway's own stand at the top.
    written = message.get_all("Authentication-Results", [])[:_MOST_RESULTS]
    results = [one for text in written for one in _results(str(text), gateway)]
    dmarc = {one.result for one in results if one.method == "dmarc" and _says(one, ("header", "from"), domain)}
    if dmarc:
        return dmarc == {"pass"}
    return any(
        one.result == "pass" and one.method in _ALIGNED and _says(one, _ALIGNED[one.method], domain) for one in results
    )


def _results(text: str, gateway: str) -> list[authres.AuthenticationResult]:
    line = " ".join(text.split())
    if len(line) > MOST_VALUE:
        return []
    try:
        found = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {line}")
    except (authres.AuthResError, ValueError, RecursionError):
        return []
    if str(found.authserv_id).casefold() != gateway.casefold():
        return []
    return [one for one in found.results if isinstance(one, authres.AuthenticationResult)]


def _says(result: authres.AuthenticationResult, named: tuple[str, str], domain: str) -> bool:
    """Whether the result is about this domain or one below it."""
    domains = [
        str(one.value).rpartition("@")[2].casefold() for one in result.properties if (one.type, one.name) == named
    ]
    return any(one == domain or one.endswith(f".{domain}") for one in domains)
