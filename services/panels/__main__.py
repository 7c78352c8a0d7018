"""The process of the panels service."""

from servicekit.run import run
from services.panels.bind import bind
from services.panels.config import SHAPE

if __name__ == "__main__":
    run(SHAPE, bind)
