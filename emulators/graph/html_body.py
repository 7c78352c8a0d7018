"""What Exchange does to a body: HTML is rewritten, text becomes HTML, a Teams meeting adds its block."""

import html
import re

_HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n'
_TAIL = "\r\n</body></html>"
_TEAMS_MARK = "me-email-headline"
_INNER = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)


def rewritten(body: object) -> str:
    """The stored form of an `itemBody`: always a whole HTML page of Exchange's making."""
    content, kind = "", "html"
    if isinstance(body, dict):
        content, kind = str(body.get("content") or ""), str(body.get("contentType") or "text").lower()
    if kind == "text":
        content = f'<div class="PlainText">{html.escape(content, quote=False).replace(chr(10), "<br>")}</div>'
    inner = _INNER.search(content)
    return _HEAD + (inner.group(1).strip() if inner else content) + _TAIL


def plain(page: str) -> str:
    """The page's words."""
    without_head = re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL)
    broken = re.sub(r"<br\s*/?>|</p>|</div>", "\n", without_head)
    return html.unescape(re.sub(r"<[^>]+>", "", broken)).replace("\r", "").strip()


def with_meeting(page: str, join_url: str) -> str:
    """The page with the block that makes a Teams meeting joinable."""
    block = f'<div class="{_TEAMS_MARK}"><a href="{html.escape(join_url)}">Join the meeting now</a></div>'
    return page.replace("</body>", block + "</body>")


def has_meeting(page: str, join_url: str) -> bool:
    """Whether the block is still there."""
    return _TEAMS_MARK in page and html.escape(join_url) in page
