"""Builds sites, each in a process of its own: Pelican is imported once, and forked for each build.

Reads one build per line from its input, as JSON, and answers each with the exit code.
"""

from __future__ import annotations

import atexit
from contextlib import suppress
import gc
import json
import os
import signal
import sys
import time
import traceback
from typing import Any


def load() -> None:
    """Import what every build needs."""
    import markdown  # noqa: F401

    import pelican_buttercms.emulator
    import pelican_buttercms.incremental.incremental_build
    import pelican_buttercms.plugin.build_lifecycle
    import pelican_buttercms.plugin.inject  # noqa: F401

    with suppress(ImportError):  # what the plugins of others need; Pelican imports all of them
        import bs4  # noqa: F401
        import lxml.html  # noqa: F401
        import webassets  # noqa: F401


def build(job: dict[str, Any]) -> int:
    """Build one site in this process."""
    out = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(job["folder"])
    os.environ.update(job["env"])
    sys.path.insert(0, "")
    sys.argv = ["pelican", *job["arguments"]]
    import pelican.__main__

    for name in ("__main__", "__mp_main__"):  # as if it was started by itself
        sys.modules[name] = pelican.__main__

    from pelican_buttercms.incremental import process_start

    process_start.STARTED = time.time_ns()
    if not job["rests"]:
        look_at_every_page()
    try:
        pelican.main(job["arguments"])
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    except BaseException:  # noqa: BLE001  (as the interpreter does)
        traceback.print_exc()
        return 1
    return 0


def look_at_every_page() -> None:
    """Compare page by page also where nothing at all has changed."""
    from pelican_buttercms.incremental.up_to_date import UpToDateCheck

    holds = UpToDateCheck.is_up_to_date
    UpToDateCheck.is_up_to_date = lambda *arguments: holds(*arguments) and False  # type: ignore[method-assign]


def serve() -> None:
    """Build what is asked for, until the input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            status = 1
            with suppress(BaseException):
                status = build(job)
                sys.stdout.flush()
                atexit._run_exitfuncs()
            os._exit(status)
        if job["kill_after"]:
            time.sleep(job["kill_after"])
            os.kill(child, signal.SIGKILL)  # if it has ended, its number is still its own
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.dont_write_bytecode = True  # plugins are edited faster than their files' times tell
    load()
    from pelican_buttercms.incremental.pelican_patches.gc_pause import have_others_frozen

    gc.freeze()  # what is imported is looked at by no build's collector
    have_others_frozen()  # what it counts is counted once for all builds
    serve()
