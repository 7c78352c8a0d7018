"""Asks a service many things, a few at a time: a page of meetings must not take a service's whole strength."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")
_FEW = 8


async def few_at_once(asked: Iterable[Awaitable[T]], most: int = _FEW) -> list[T]:
    """The answers in the order of the questions; the first failure is raised."""
    gate = asyncio.Semaphore(most)

    async def one(question: Awaitable[T]) -> T:
        async with gate:
            return await question

    return list(await asyncio.gather(*(one(question) for question in asked)))
