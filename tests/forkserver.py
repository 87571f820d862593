"""Runs commands, each in a process of its own: what they import is imported once, and forked.

For each command a connection arrives, with the files that its output goes to. A process of the
command's own is forked for it, and another one that waits for its end. See `tests/forks.py`.
"""

from __future__ import annotations

import atexit
from contextlib import suppress
import gc
import json
import logging
import os
from pathlib import Path
import runpy
import socket
import sys
import threading
import time
from typing import Any, NoReturn

CONTROL = 0
"""The descriptor at which connections arrive: what would be standard input."""


OPTIONAL = {"nh3", "markdownify", "fsspec", "redis", "prometheus_client"}
"""What may be missing where the plugin is installed, and is imported only when it is needed."""


def load(module: str) -> None:
    """Import what the command imports, in its order, for a logger is as Pelican has made it then.

    Nothing is configured, opened or started.
    """
    if module == "pelican":
        import rich._emoji_codes  # noqa: F401  (each line that is logged is searched for them)

        import pelican_buttercms.incremental.incremental_build
        import pelican_buttercms.incremental.pelican_patches
        import pelican_buttercms.plugin.build_lifecycle
        import pelican_buttercms.plugin.inject

        with suppress(ImportError):  # what plugins of others need; Pelican imports all of them
            import bs4  # noqa: F401
            import lxml.html  # noqa: F401
            import webassets  # noqa: F401
    else:
        import pelican_buttercms.cli.maintenance
        import pelican_buttercms.cli.pull  # it has most of what the others need as well
        import pelican_buttercms.cli.snapshot
    import pelican_buttercms.emulator
    import pelican_buttercms.sync.http.client
    import pelican_buttercms.sync.media_download  # noqa: F401


def serve() -> None:
    """Fork for each connection, until there are no more."""
    control = socket.socket(fileno=os.dup(CONTROL))
    while True:
        data, files, *_ = socket.recv_fds(control, 1, 3)
        while _reaped():
            pass
        if not data:
            return
        if os.fork() == 0:
            control.close()
            watch(socket.socket(fileno=files[0]), files[1:])
        for file in files:
            os.close(file)


def watch(connection: socket.socket, files: list[int]) -> NoReturn:
    """Fork once more, for the command; tell its number, and in the end its exit code."""
    stream = connection.makefile("rw")
    job = json.loads(stream.readline())
    child = os.fork()
    if child == 0:
        stream.close()
        connection.close()
        end(run(job, files))
    stream.write(f"{child}\n")
    stream.flush()
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert ended
    code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    stream.write(f"{code}\n")
    stream.flush()
    stream.readline()  # until the other side has closed it, the number stays the command's
    os._exit(0)


def run(job: dict[str, Any], files: list[int]) -> int:
    """Be the command; gives the exit code."""
    null = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate([null, *files]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(job["env"])
    time.tzset()
    os.chdir(job["folder"])
    sys.path.insert(0, str(Path.cwd()))  # as -m does
    sys.argv = job["command"]
    from pelican.log import console

    console.__init__()  # it has read COLUMNS and NO_COLOR when it was made
    from pelican_buttercms.incremental import process_start

    process_start.STARTED = time.time_ns()
    try:
        runpy.run_module(job["command"][0], run_name="__main__", alter_sys=True)
    except SystemExit as exc:
        if isinstance(exc.code, str):
            sys.stderr.write(f"{exc.code}\n")
            return 1
        return exc.code or 0
    except BaseException:  # noqa: BLE001  (as the interpreter does)
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def end(code: int) -> NoReturn:
    """End as the interpreter does, but take nothing to pieces: that takes as long as a command."""
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()  # what says something when it is forgotten
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _reaped() -> bool:
    """Forget a process that has ended."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


if __name__ == "__main__":
    del sys.path[0]  # this folder is none of the command's
    load(sys.argv[1])
    assert threading.active_count() == 1
    assert not logging.getLogger().handlers
    assert not OPTIONAL & set(sys.modules)
    sys.dont_write_bytecode = True  # settings are edited faster than their files' times tell
    gc.collect()
    gc.freeze()  # what is imported is looked at by no command's collector
    if "pelican_buttercms.incremental.pelican_patches.gc_pause" in sys.modules:
        sys.modules[
            "pelican_buttercms.incremental.pelican_patches.gc_pause"
        ].have_others_frozen()  # counted once
    serve()
