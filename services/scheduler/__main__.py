"""`python -m services.scheduler`."""

from servicekit.run import run
from services.scheduler.bind import bind
from services.scheduler.config import SHAPE

if __name__ == "__main__":
    run(SHAPE, bind)
