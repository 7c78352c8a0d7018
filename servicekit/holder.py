"""The name of the one process that can listen on a port.

Two processes never listen on one port of one network namespace of one running host: whoever has got the port knows that
an earlier holder of the same name is dead, and need not wait for its leases to run out.
"""

from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/net")


def holder_of(port: int) -> str:
    """Empty where the system does not tell it; leases then run out in their own time."""
    try:
        return f"{_BOOT.read_text(encoding='ascii').strip()}/{_NAMESPACE.readlink()}/{port}"
    except OSError:
        return ""
