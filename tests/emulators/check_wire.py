"""Items 1 to 9 and 33 of the fidelity list."""

from meetings import EVENTS, refusal
from microsoft_process import CHAIR, NARROW_APP, Microsoft


def check_scope(microsoft: Microsoft) -> None:
    assert microsoft.graph("GET", EVENTS, client_id=NARROW_APP).status_code == 200
    outside = microsoft.graph("GET", f"/users/{CHAIR}/events", client_id=NARROW_APP)
    assert refusal(outside) == (403, "ErrorAccessDenied")
