"""`python -m pelican_buttercms` is the command `pelican-buttercms`."""

from __future__ import annotations

from pelican_buttercms.cli import main

if __name__ == "__main__":
    main()
