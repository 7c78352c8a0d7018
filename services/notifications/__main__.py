"""`python -m services.notifications`."""

from servicekit.run import run
from services.notifications.bind import bind
from services.notifications.config import SHAPE

if __name__ == "__main__":
    run(SHAPE, bind)
