"""Writes a return's review file or the scorecard into a folder, and prints what is to be looked at beforehand."""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import cast

import grpc
from google.type import date_pb2
from permanence.cases.v1 import performance_service_pb2 as performance_pb
from permanence.cases.v1 import returns_service_pb2 as returns_pb
from permanence.cases.v1.performance_service_pb2_grpc import PerformanceServiceStub
from permanence.cases.v1.returns_service_pb2_grpc import ReturnsServiceStub

from cli.ask_token import DEMO_ROOT, demo_token
from cli.connection import Voice
from cli.demo.places import address_of
from cli.failure import Failure

_FORMS = {"ssda903": returns_pb.RETURN_FORM_SSDA903_REVIEWS, "ssd": returns_pb.RETURN_FORM_SSD_REVIEWS}


def run(wanted: argparse.Namespace) -> int:
    """Export, and print what was written."""
    asyncio.run(_run(wanted))
    return 0


async def _run(wanted: argparse.Namespace) -> None:
    voice = Voice(lambda: demo_token(DEMO_ROOT, wanted.council, wanted.persona))
    options = (("grpc.max_receive_message_length", 16 * 1024 * 1024),)
    async with grpc.aio.insecure_channel(address_of("cases"), options=options) as channel:
        if wanted.what == "scorecard":
            lines = await export_scorecard(
                voice, PerformanceServiceStub(channel), wanted.council, wanted.folder, wanted.first, wanted.last
            )
        else:
            asked = request_for(wanted.what, wanted.council, wanted.first, wanted.last)
            lines = await export_return(voice, ReturnsServiceStub(channel), asked, wanted.folder)
    for line in lines:
        print(line)


def request_for(what: str, council: str, first: date | None, last: date | None) -> returns_pb.ExportReturnRequest:
    """The request for the file called `ssda903` or `ssd` here."""
    return returns_pb.ExportReturnRequest(
        parent=f"councils/{council}", form=_FORMS[what], from_date=_day(first), until_date=_day(last)
    )


async def export_return(
    voice: Voice, returns: ReturnsServiceStub, asked: returns_pb.ExportReturnRequest, folder: Path
) -> list[str]:
    """Write the file; a line on it and one for each reason with its number of rows."""
    content, name = bytearray(), ""
    reasons: Counter[tuple[str, str]] = Counter()

    async def read(request: returns_pb.ExportReturnRequest, **options: object) -> None:
        # Begun anew with every try: half a file is none.
        nonlocal name
        content.clear()
        reasons.clear()
        method = cast("Callable[..., AsyncIterator[returns_pb.ExportReturnResponse]]", returns.ExportReturn)
        async for part in method(request, **options):
            if part.WhichOneof("part") == "piece":
                name = part.piece.file_name
                content.extend(part.piece.content)
            else:
                reasons[part.finding.reason, part.finding.message] += 1

    await voice.call(read, asked, timeout=300.0)
    path = _write(folder, name, bytes(content))
    told = [f"  {rows} rows: {reason}: {message}" for (reason, message), rows in sorted(reasons.items())]
    return [f"{path} written", *told]


async def export_scorecard(
    voice: Voice,
    performance: PerformanceServiceStub,
    council: str,
    folder: Path,
    first: date | None,
    last: date | None,
) -> list[str]:
    """Write the figures of a period; a line on the file. Failure without a period."""
    if first is None or last is None:
        raise Failure("a scorecard is of a period: give --from YYYY-MM-DD and --until YYYY-MM-DD")
    request = performance_pb.ExportScorecardRequest(
        parent=f"councils/{council}", from_date=_day(first), until_date=_day(last)
    )
    reply = await voice.call(performance.ExportScorecard, request, timeout=300.0)
    return [f"{_write(folder, reply.file_name, reply.content)} written"]


def _write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def _day(day: date | None) -> date_pb2.Date | None:
    return date_pb2.Date(year=day.year, month=day.month, day=day.day) if day else None
