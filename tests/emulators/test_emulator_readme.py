"""The README is the contract that others build on: it names every switch, fault and control call there is."""

import re
from pathlib import Path

from emulators.graph.drills import Drill
from emulators.graph.faults import OPERATIONS, FaultKind

ROOT = Path(__file__).parents[2]
README = (ROOT / "emulators" / "README.md").read_text()


def test_every_switch_is_described() -> None:
    missing = [name for name in (*Drill, *FaultKind, *OPERATIONS) if f"`{name}`" not in README]
    assert missing == []


def test_every_control_call_is_described() -> None:
    sources = [path.read_text() for path in (ROOT / "emulators").rglob("*.py")]
    calls = {path for source in sources for path in re.findall(r'"(/_emulator/[a-z]+)"', source)}
    assert len(calls) >= 11
    assert [path for path in sorted(calls) if path not in README] == []


def test_every_drill_is_tried() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_graph_*.py"))
    assert [drill for drill in Drill if f'"{drill}"' not in tests] == []
