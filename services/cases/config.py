"""What this service is called, where it listens, and whom it follows."""

from typing import Final

from servicekit.config import ServiceShape

SHAPE: Final = ServiceShape(
    "cases",
    listen="127.0.0.1:50051",
    peers={"scheduler": "127.0.0.1:50052", "panels": "127.0.0.1:50053"},
)
