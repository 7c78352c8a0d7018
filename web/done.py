"""What was done is told once, on the page that follows, to whoever did it: never because an address says so."""

from aiohttp import web

from web.session import Session


def tell(session: Session, path: str, words: str, query: str = "") -> web.HTTPSeeOther:
    """On to a page that tells it; `query` is what the address says besides, from its `?` or `#` on."""
    session.told = (path, words)
    return web.HTTPSeeOther(path + query)


def told(session: Session, path: str) -> str:
    """What the page of a path has to tell; forgotten by whichever page comes next."""
    (of, words), session.told = session.told, ("", "")
    return words if of == path else ""
