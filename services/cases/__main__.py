"""`python -m services.cases`."""

from servicekit.run import run
from services.cases.bind import bind
from services.cases.config import SHAPE

if __name__ == "__main__":
    run(SHAPE, bind)
