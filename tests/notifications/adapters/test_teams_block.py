"""Our text is written anew, and what Teams has written below it stays as it is."""

import pytest

from services.notifications.adapters.teams_block import text_with_block

LINK = "https://teams.example.invalid/l/meetup-join/19%3ameeting_1/0?context=%7b%22Tid%22%3a%221%22%7d&x=1"
IN_HTML = LINK.replace("&", "&amp;")
LINE = f'<div style="width:100%"><span style="opacity:.36">{"_" * 80}</span></div>'
BLOCK = f'<div class="me-email-text"><a class="me-email-headline" href="{IN_HTML}">Join the meeting now</a></div>'


def page(*parts: str) -> str:
    return f"<html><head></head><body>\r\n{''.join(parts)}\r\n</body></html>"


@pytest.mark.parametrize("block", [BLOCK, LINE + BLOCK])
def test_the_block_is_kept_as_it_is_and_the_old_text_is_gone(block: str) -> None:
    body = text_with_block("Where: Room 8 <b>\nNow", page('<div class="PlainText">Where: Room 4</div>', block), LINK)
    assert body["contentType"] == "html"
    assert str(body["content"]).strip() == f"<div>Where: Room 8 &lt;b&gt;<br>Now</div>{block}"


@pytest.mark.parametrize("text", ["", "<p>me-email-headline</p>", f"<p>{'_' * 30}</p>"])
def test_where_no_block_is_found_the_link_itself_is_kept(text: str) -> None:
    body = text_with_block("Where: Room 8", page(text), LINK)
    assert str(body["content"]) == f'<div>Where: Room 8</div><p><a href="{IN_HTML}">{IN_HTML}</a></p>'
