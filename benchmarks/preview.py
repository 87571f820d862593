"""Measure the memory of a preview over many rebuilds, which has to stay flat.

One process builds the sample account again and again, as `pelican-buttercms preview` does after
each edit of a local file. Linux only. Run it by hand:

    python benchmarks/preview.py [--rebuilds 200]
"""

from __future__ import annotations

import argparse
from contextlib import redirect_stdout
import io
import os
from pathlib import Path
import sys
import tempfile
import time

from pelican_buttercms.preview.site import PreviewSite

SAMPLE = Path(__file__).resolve().parent.parent / "sample_site" / "cms"
CONF = """\
SITENAME = "Benchmark"
SITEURL = ""
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
CACHE_PATH = "cache"
THEME = "simple"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PLUGINS = ["pelican_buttercms"]
BUTTERCMS_API_URL = "emulator:{account}"
"""
_ROWS = 10


def main() -> None:
    """Build, and print a row each tenth of the way, and the growth since the first row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rebuilds", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("content").mkdir()
        Path("pelicanconf.py").write_text(CONF.format(account=SAMPLE))
        site = PreviewSite(None, "http://localhost:8000")
        try:
            site.open()
            _measure(site, options.rebuilds)
        finally:
            site.close()


def _measure(site: PreviewSite, rebuilds: int) -> None:
    rows: list[int] = []
    begun = time.monotonic()
    for number in range(1, rebuilds + 1):
        Path("content/local.md").write_text(f"Title: Edit {number}\nDate: 2025-01-01\n\nText")
        with redirect_stdout(io.StringIO()):
            site.build()
        if number % max(1, rebuilds // _ROWS) == 0:
            rows.append(_resident())
            taken = (time.monotonic() - begun) / number
            sys.stdout.write(
                f"{number:5} rebuilds: {rows[-1] / 1024:6.1f} MB, {taken:.2f} s each\n"
            )
    sys.stdout.write(f"from the first row to the last: {rows[-1] / rows[0]:.2f} times the memory\n")


def _resident() -> int:
    """Return the resident memory of this process in kB (Source: proc(5), VmRSS)."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0])


if __name__ == "__main__":
    main()
