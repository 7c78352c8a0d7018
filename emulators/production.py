"""An emulator must never stand where a real service should."""

import os
import sys


def refuse_in_production(emulator: str) -> None:
    """End the process with status 2 where PERMANENCE_ENV says production."""
    if os.environ.get("PERMANENCE_ENV", "").strip().lower() != "production":
        return
    sys.stderr.write(
        f"{emulator}: refused, because PERMANENCE_ENV=production. An emulator keeps what it is sent and "
        "proves nothing; configure the real service, or unset PERMANENCE_ENV for a demo or a test.\n"
    )
    raise SystemExit(2)
