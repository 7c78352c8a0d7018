"""Unpacks the browser that npm brought, with the libraries and the font it needs: no root, no download of its own."""

import io
import shutil
import tarfile
from pathlib import Path

import brotli

HERE = Path(__file__).parent
PACKED = HERE / "node_modules" / "@sparticuz" / "chromium" / "bin"
BROWSER = HERE / "chromium"
# One font, the package's own, whatever the machine has: a screenshot looks the same everywhere.
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{BROWSER / "fonts"}</dir>
  <cachedir>{BROWSER / "font-cache"}</cachedir>
</fontconfig>
"""


def unpack() -> None:
    """Leave a whole `chromium/`, whatever stood there before."""
    shutil.rmtree(BROWSER, ignore_errors=True)
    BROWSER.mkdir()
    for name in ("al2023", "fonts", "swiftshader"):
        packed = brotli.decompress((PACKED / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(BROWSER)  # as npm checked it against the lock's hash
    (BROWSER / "fonts.conf").write_text(FONTS, encoding="utf-8")
    program = BROWSER / "chromium"
    program.write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
    program.chmod(0o755)


if __name__ == "__main__":
    unpack()
