"""A page's form as a browser would send it, for tests that send one without a browser."""

from collections.abc import Mapping
from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Every form of a page: its action, and the fields it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self._fields: list[tuple[str, str]] | None = None
        self._area = ""
        self._text = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields of the form that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = []
            self.found.append((given.get("action", ""), self._fields))
        elif self._fields is None:
            return
        elif tag == "textarea":
            self._area, self._text = given.get("name", ""), ""
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self._fields.append((self._select, given.get("value", "")))
        elif tag == "input" and _is_sent(given):
            self._fields.append((given["name"], given.get("value", "")))

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        self._text += data if self._area else ""

    def handle_endtag(self, tag: str) -> None:
        """Nothing of a form is after its end."""
        if tag == "form":
            self._fields = None
        elif tag == "textarea" and self._fields is not None:
            # The first line end after the tag is the page's, not the text's.
            self._fields.append((self._area, self._text.removeprefix("\n")))
            self._area = ""


def _is_sent(given: Mapping[str, str]) -> bool:
    if not given.get("name"):
        return False
    return given.get("type") not in ("radio", "checkbox") or "checked" in given


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form with this action, as they would be sent. AssertionError where the page has none."""
    forms = _Forms()
    forms.feed(page)
    for found, fields in forms.found:
        if found.partition("?")[0] == action.partition("?")[0]:
            return dict(fields)
    raise AssertionError(f"no form leads to {action}: {[found for found, _ in forms.found]}")
