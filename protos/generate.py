"""Generates Python and its types from the protos: `python -m protos.generate gen`.

Google's common types come from the locked `googleapis-common-protos`; their .proto files are copied beside the
generated code so that `buf` finds them without a network.
"""

import os
import shutil
import sys
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

COMMON_TYPES = ("google/type/date.proto",)
ROOT = Path(__file__).parent


def main(target: Path) -> int:
    """Writes `permanence/*/v1/*_pb2*.py(i)` below `target`; returns protoc's exit status."""
    includes = _copy_common_types(target / "googleapis")
    # protoc finds the mypy plug-ins beside the interpreter that runs it.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    sources = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.proto"))
    well_known = str(resources.files("grpc_tools") / "_proto")
    return int(
        protoc.main(
            [
                "protoc",
                f"-I{ROOT}",
                f"-I{includes}",
                f"-I{well_known}",
                f"--python_out={target}",
                f"--grpc_python_out={target}",
                f"--mypy_out=quiet:{target}",
                f"--mypy_grpc_out=quiet:{target}",
                *sources,
            ]
        )
    )


def _copy_common_types(target: Path) -> Path:
    google = resources.files("google.type")
    for name in COMMON_TYPES:
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        with resources.as_file(google / Path(name).name) as source:
            shutil.copyfile(source, destination)
    return target


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
