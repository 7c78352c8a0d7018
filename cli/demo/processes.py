"""Keeps processes running: started in order, their output in a file each, started again when they are killed."""

import asyncio
import contextlib
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_SECONDS_TO_STOP = 15.0
_FAULTS_IN_A_ROW = 10


@dataclass
class Kept:
    """One process that is kept running, and how often it had to be started again."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    restarts: int = 0
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = field(default=None, repr=False)


class Processes:
    """Starts, watches and stops processes; never leaves one behind."""

    def __init__(self, logs: Path, pids: Path, tell: Callable[[str], None]) -> None:
        self._logs, self._pids, self._tell = logs, pids, tell
        self._kept: dict[str, Kept] = {}
        self._stopping = False
        for folder in (logs, pids):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def restarts(self) -> int:
        """How often any process had to be started again."""
        return sum(kept.restarts for kept in self._kept.values())

    async def keep(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start a process, and start it again whenever it ends before `stop`."""
        kept = Kept(name, command, environ)
        self._kept[name] = kept
        await self._start(kept)
        kept.keeper = asyncio.create_task(self._watch(kept), name=f"keep {name}")

    def fallen(self) -> str | None:
        """The name of a process that would not stay up, if there is one."""
        for kept in self._kept.values():
            if kept.keeper and kept.keeper.done() and not self._stopping:
                return kept.name
        return None

    async def stop(self) -> None:
        """Ask all to stop, together; kill whoever does not."""
        self._stopping = True
        for kept in self._kept.values():
            if kept.keeper:
                kept.keeper.cancel()
        await asyncio.gather(*(self._end(kept) for kept in self._kept.values()))

    async def _watch(self, kept: Kept) -> None:
        while kept.process:
            began = asyncio.get_running_loop().time()
            status = await kept.process.wait()
            kept.restarts += 1
            quick = asyncio.get_running_loop().time() - began < 1.0
            if quick and kept.restarts > _FAULTS_IN_A_ROW:
                self._tell(f"{kept.name} does not stay up: see {self._logs / kept.name}.log")
                return
            self._tell(f"{kept.name} ended ({_ending(status)}): started again")
            await asyncio.sleep(0.5 if quick else 0)
            await self._rested(kept.name)
            await self._start(kept)

    async def _rested(self, name: str) -> None:
        """A file `run/<name>.rest` keeps what has ended down until it is taken away: to see how others do without."""
        while (self._pids / f"{name}.rest").exists():  # noqa: ASYNC110 - another process takes the file away
            await asyncio.sleep(0.1)

    async def _start(self, kept: Kept) -> None:
        with (self._logs / f"{kept.name}.log").open("ab") as output:
            kept.process = await asyncio.create_subprocess_exec(
                *_ending_with_us(),
                *kept.command,
                env=dict(kept.environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the demo; it stops them in order
            )
        (self._pids / f"{kept.name}.pid").write_text(f"{kept.process.pid}\n", encoding="ascii")

    async def _end(self, kept: Kept) -> None:
        process = kept.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _SECONDS_TO_STOP)
        except TimeoutError:
            self._tell(f"{kept.name} did not stop when asked: killed")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _ending(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"status {status}"


def _ending_with_us() -> list[str]:
    # Linux: a demo that is itself killed leaves no service behind. Elsewhere there is no setpriv, and none is needed.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []
