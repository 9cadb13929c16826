"""Starts boxes and hubs again and again, quickly: imports both programs once, then forks one process for each start.

Usage: zygote.py, with the folder of third-party drivers on PYTHONPATH. Reads a JSON object a line:
`{"program": "edge" | "central", "config": path, "log": path}`, answers with the new process's id. A child runs the
program's own command line; it is a process like any other and can be killed. At the end of its input the zygote kills
what it started.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable

from anju_central.process.tls_version import only_tls_1_3

only_tls_1_3()  # before anything loads grpc, as each of the programs does it by itself

import anju_central.__main__ as central  # noqa: E402
import anju_central.hub  # noqa: E402
import anju_drivers.registry  # noqa: E402
import anju_edge.__main__ as edge  # noqa: E402

PROGRAMS: dict[str, Callable[[], object]] = {"edge": edge.main, "central": central.app}
IMPORTED = (anju_central.hub, anju_drivers.registry)


def child(program: str, config: str, log: str) -> None:
    """Becomes the program; does not return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((0, nothing), (1, out), (2, out)):
        os.dup2(number if target == number else target, number)
    sys.argv = [f"anju-{program}", "run", "--config", config]
    code: object = 1
    try:
        PROGRAMS[program]()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        os._exit(code if isinstance(code, int) else 0)


def main() -> None:
    anju_drivers.registry.load_drivers()  # their modules, too, are imported once
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    started: list[int] = []
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            child(wanted["program"], wanted["config"], wanted["log"])
        started.append(pid)
        print(pid, flush=True)
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
