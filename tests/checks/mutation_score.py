"""The mutation score of each module and of all, and every mutant that no test noticed.

mutmut results --all True | python -m tests.checks.mutation_score
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

NOTICED = frozenset(("killed", "timeout", "segfault", "suspicious", "caught by type check"))


def score(lines: Iterable[str]) -> str:
    """One line a module, one for all, and one for each mutant that lived; ValueError where no mutant was tried."""
    counts: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    lived = []
    for line in lines:
        mutant, _, status = line.strip().rpartition(": ")
        if status == "not checked":
            continue
        counts[mutant.rpartition(".")[0]][status in NOTICED] += 1
        if status not in NOTICED:
            lived.append(f"  {mutant}: {status}")
    if not counts:
        raise ValueError("no mutant was tried")
    counts["all"] = sum(counts.values(), Counter())
    modules = [f"{module}: {_share(noticed)}" for module, noticed in counts.items()]
    return "\n".join([*modules, f"not noticed: {len(lived)}", *sorted(lived)])


def _share(noticed: Counter[bool]) -> str:
    return f"{noticed[True]} of {noticed.total()} noticed, {noticed[True] / noticed.total():.1%}"


if __name__ == "__main__":
    sys.stdout.write(f"{score(sys.stdin)}\n")
