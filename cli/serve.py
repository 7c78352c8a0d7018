"""Runs one service in this process."""

import runpy
import sys


def serve(service: str, check_config: bool = False) -> int:
    """Serve until SIGTERM; or show the configuration."""
    module = service if service == "web" else f"services.{service}"
    sys.argv = [module, *(["--check-config"] if check_config else [])]
    runpy.run_module(module, run_name="__main__")
    return 0
