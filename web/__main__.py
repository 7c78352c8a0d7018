"""`python -m web`."""

from web.run import run

if __name__ == "__main__":
    run()
