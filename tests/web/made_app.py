"""The site in this process, its templates compiled once for all tests."""

import aiohttp_jinja2
import jinja2
from aiohttp import web
from jinja2.bccache import Bucket

from web.app import make_app
from web.config import WebConfig


class _Compiled(jinja2.BytecodeCache):
    """Every test makes a site of its own: compiling its pages would take ten times as long as all else in the test."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The library forgets it again where the source is another."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """For the next site."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def made_app(config: WebConfig) -> web.Application:
    """As `make_app` makes it."""
    app = make_app(config)
    aiohttp_jinja2.get_env(app).bytecode_cache = _COMPILED
    return app
