"""Looks for bytes that break the reader of answers, guided by what code they reach (atheris on libFuzzer).

    make fuzz MINUTES=10

One JSON line: executions, seconds, crashes. A crash is shown with the bytes that made it, and the status is then 1.
It begins with honest answers of four programs and with those hostile ones that are small.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.notifications.honest_mail import OBJECTS, answer, letter, report
from tests.notifications.hostile_mail import COSTLY, HOSTILE, SAID

_LONGEST = 8_000
_SECONDS_EACH, _MEGABYTES = 5, 512
_GATEWAY_SAYS = b"Authentication-Results: mx.north.example.org; dkim=pass header.d=example.org\r\n"


def seeds() -> list[bytes]:
    """As the target takes them: `c` and a calendar object, `m` and a whole message."""
    objects = ["\r\n".join(shape(SAID)).encode() for shape in OBJECTS.values()]
    messages = [answer(SAID, program) for program in OBJECTS]
    messages += [report("a.0@north.example.org"), report("a.0@north.example.org", whole=False)]
    messages += [letter("mother@example.org", In_Reply_To="<a.0@north.example.org>").as_bytes()]
    messages += [_GATEWAY_SAYS + answer(SAID)]
    messages += [made() for made, _ in HOSTILE.values()] + [made() for made in COSTLY.values()]
    return [b"c" + one for one in objects] + [b"m" + one for one in messages if len(one) < _LONGEST]


def main(minutes: float) -> int:
    """Run the target in a process of its own, which libFuzzer ends, and say what was found."""
    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as findings:
        for number, seed in enumerate(seeds()):
            (Path(corpus) / f"{number:03}").write_bytes(seed)
        limits = [f"-max_total_time={int(minutes * 60)}", f"-timeout={_SECONDS_EACH}", f"-rss_limit_mb={_MEGABYTES}"]
        options = [f"-max_len={_LONGEST}", f"-artifact_prefix={findings}/", "-print_final_stats=1"]
        command = [sys.executable, "-m", "tests.notifications.fuzz_target", *limits, *options, corpus]
        began = time.monotonic()
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        crashes = sorted(Path(findings).iterdir())
        line = {
            "bench": "fuzz_mail",
            "executions": _last(r"stat::number_of_executed_units:\s*(\d+)", ended.stdout),
            "seconds": round(time.monotonic() - began, 1),
            "places_reached": _last(r"cov: (\d+)", ended.stdout),
            "most_megabytes": _last(r"stat::peak_rss_mb:\s*(\d+)", ended.stdout),
            "crashes": len(crashes),
        }
        sys.stdout.write(json.dumps(line) + "\n")
        for crash in crashes:
            sys.stdout.write(f"{crash.name}\n{crash.read_bytes()!r}\n")
        if ended.returncode:
            sys.stdout.write(ended.stdout[-4_000:])
        return int(bool(crashes) or ended.returncode != 0)


def _last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    raise SystemExit(main(parser.parse_args().minutes))
