"""Laying out a page of minutes as accessible HTML (WCAG 2.2 AA: language, title, headings, landmark, table headers)."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.panels.domain.minutes_page import MinutesPage


class HtmlPageWriter:
    """As the port says. Everything that is put in is escaped; nothing in a text can become markup."""

    def __init__(self) -> None:
        folder = Path(__file__).parent / "templates"
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def html(self, page: MinutesPage) -> str:
        """The page."""
        return self._environment.get_template("minutes.html").render(page=page)
