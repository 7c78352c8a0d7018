"""What the panels service is and what it can be told."""

from dataclasses import dataclass
from pathlib import Path

from servicekit.config import ServiceShape
from servicekit.environment import Environment


@dataclass(frozen=True)
class PanelsSettings:
    """`delivery_dir`: below it the case system of each council watches the folder of its slug.

    `delivery_ways`: a file that names councils whose case system is reached by SFTP or HTTPS instead; None: nobody's.
    `acknowledgement_seconds`: how soon its answers are looked for at first, on the machine's clock.
    """

    delivery_dir: Path
    acknowledgement_seconds: float
    delivery_ways: Path | None = None


def settings(env: Environment) -> PanelsSettings:
    """Reads them."""
    return PanelsSettings(
        delivery_dir=env.path("PERMANENCE_PANELS_DELIVERY_DIR", Path("var/delivery")),
        acknowledgement_seconds=env.seconds("PERMANENCE_PANELS_ACKNOWLEDGEMENT_SECONDS", 1.0),
        delivery_ways=env.existing_file("PERMANENCE_PANELS_DELIVERY_WAYS"),
    )


SHAPE = ServiceShape(
    "panels",
    listen="127.0.0.1:50053",
    peers={"cases": "127.0.0.1:50051", "scheduler": "127.0.0.1:50052"},
    settings=settings,
)
