"""Runs one service in this process."""

import runpy
import sys


def serve(service: str, check_config: bool = False) -> int:
    """Serve until SIGTERM; or show the configuration."""
    sys.argv = [f"services.{service}", *(["--check-config"] if check_config else [])]
    runpy.run_module(f"services.{service}", run_name="__main__")
    return 0
