"""What the scheduler is before any environment is read."""

from servicekit.config import ServiceShape

SHAPE = ServiceShape(
    "scheduler",
    listen="127.0.0.1:50052",
    peers={"cases": "127.0.0.1:50051", "panels": "127.0.0.1:50053", "notifications": "127.0.0.1:50054"},
)
