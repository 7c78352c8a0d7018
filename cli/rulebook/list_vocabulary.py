"""`permanence rulebook vocabulary`: the names a facts file may use."""

import argparse
import json

from cli.rulebook.read_packs import pack_named
from rulebook.vocabulary import attributes, vocabulary

_KINDS = {"H": "happened", "P": "planned", "S": "state"}


def run(wanted: argparse.Namespace) -> int:
    """Prints every event with its kind and meaning, and every attribute with the values it takes."""
    law = pack_named("england")
    events = [
        {"event": name, "kind": _KINDS[one.kind], "means": law.label(one.says)} for name, one in vocabulary().items()
    ]
    about = [
        {"attribute": one.name, "kind": one.kind.value, "means": one.says, "values": list(one.values)}
        for one in attributes().values()
    ]
    if wanted.json:
        print(json.dumps({"events": events, "attributes": about}, indent=2, ensure_ascii=False))
        return 0
    for event in events:
        print(f"{event['event']} ({event['kind']}): {event['means']}")
    for one in attributes().values():
        values = f": {', '.join(one.values)}" if one.values else ""
        print(f"attribute {one.name} ({one.kind}{values}): {one.says}")
    return 0
