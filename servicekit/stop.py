"""Whether the present task has been told to stop.

A stop can arrive while something else fails: the rollback of a lost connection, a neighbour that goes away. Then the
failure takes the place of the CancelledError, and a worker that begins again after failures would never end.
"""

import asyncio


def is_stopped() -> bool:
    """True from the moment somebody cancelled the task, also where that was not heard."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
