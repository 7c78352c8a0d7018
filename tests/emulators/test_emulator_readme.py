"""The README is the contract that others build on: it names every fault and control call there is."""

import re
from pathlib import Path

from emulators.graph.faults import OPERATIONS, FaultKind

ROOT = Path(__file__).parents[2]
README = (ROOT / "emulators" / "README.md").read_text()


def test_every_fault_is_described() -> None:
    missing = [name for name in (*FaultKind, *OPERATIONS) if f"`{name}`" not in README]
    assert missing == []


def test_every_control_call_is_described() -> None:
    sources = [path.read_text() for path in (ROOT / "emulators").rglob("*.py")]
    calls = {path for source in sources for path in re.findall(r'"(/_emulator/[a-z]+)"', source)}
    assert len(calls) >= 11
    assert [path for path in sorted(calls) if path not in README] == []
