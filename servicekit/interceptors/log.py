"""One line per call: which, whose, how long, how it ended."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from servicekit import error_table
from servicekit.error_table import ErrorTable
from servicekit.interceptors.wrap import Around, Context, is_open
from servicekit.log import get_logger


class Log(Around):
    """Health and reflection are asked every few seconds and are not logged."""

    def __init__(self, table: ErrorTable) -> None:
        self._table = table

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncIterator[None]:
        """Time the call and log its end."""
        began, code, reason = time.monotonic(), "OK", ""
        try:
            yield
        except asyncio.CancelledError:
            code = "CANCELLED"
            raise
        except Exception as error:
            code, reason = self._outcome(error, context)
            raise
        finally:
            if not is_open(rpc):
                seconds = round(time.monotonic() - began, 4)
                get_logger().info("rpc finished", code=code, reason=reason, seconds=seconds)

    def _outcome(self, error: Exception, context: Context) -> tuple[str, str]:
        if isinstance(error, grpc.aio.AbortError):
            return str(context.code()), ""
        rule = error_table.rule_for(error, self._table)
        return (rule.code.name, error_table.reason_of(error, rule)) if rule else ("INTERNAL", "INTERNAL")
