"""The block that Teams writes into an event's text: without it the event is a Teams meeting no more.

Microsoft asks to read the text, to leave the block as it is, and to send both (outlook-calendar-online-meetings).
Nothing but our own words before it is written anew.
"""

import html
import re

# Teams draws a line of underscores, then names its elements `me-email-...`. The block goes on to the end of the text.
_BLOCK = re.compile(r"<[a-z][^<>]*>(?:\s*<[a-z][^<>]*>)*\s*_{20,}|<[a-z][^<>]*\bme-email-[^<>]*>", re.IGNORECASE)
_END = re.compile(r"</body\s*>.*", re.IGNORECASE | re.DOTALL)


def text_with_block(text: str, page: str, link: str) -> dict[str, object]:
    """Graph's `itemBody` of our text and the block of the page; where the block cannot be found, the link by itself."""
    ours = html.escape(text, quote=False).replace("\n", "<br>")
    return {"contentType": "html", "content": f"<div>{ours}</div>{_block_of(page, link)}"}


def _block_of(page: str, link: str) -> str:
    found = _BLOCK.search(page)
    block = _END.sub("", page[found.start() :]) if found else ""
    if link in html.unescape(block):
        return block
    shown = html.escape(link)
    return f'<p><a href="{shown}">{shown}</a></p>'
