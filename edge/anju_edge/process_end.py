"""How a box's process ends when it may not run: its exit codes, and the one sentence that says why."""

from __future__ import annotations

import errno
import os
import sys

from anju_base.service_manager import sd_notify
from anju_edge.config import ConfigError
from anju_edge.updates.last_end import one_line, write_last_end

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h: systemd's RestartPreventExitStatus names it
EXIT_IN_USE = 75  # EX_TEMPFAIL: it is over when the other one ends, so systemd tries again
EXIT_ON_TRIAL = 79  # the same of a version that is on trial: the launcher takes it back, the one before may do


def give_up(why: str, code: int = EXIT_CONFIG) -> int:
    """Says, wherever a person may look, why this box does not run. Returns the exit code, which systemd leaves alone
    (or, of a version on trial, what makes the launcher start the one before).

    `why` is one sentence in both languages. It goes to stderr, to `systemctl status`, and into the state folder for
    `anju-edge status`.
    """
    why = one_line(why)
    sys.stderr.write(f"{why}\n")
    sd_notify(f"STATUS={why}\nERRNO={errno.EINVAL}")
    if code == EXIT_CONFIG and os.environ.get("ANJU_TRIAL"):
        code = EXIT_ON_TRIAL
    write_last_end(code, why)
    return code


def config_refused(error: ConfigError) -> int:
    """`give_up` for a configuration that cannot be used."""
    return give_up(f"配置有误 wrong configuration: {error}")
