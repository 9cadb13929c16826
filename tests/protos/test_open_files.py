"""The limit of open files: raised as far as it may be, never lowered."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHOW = """
import resource, sys
soft, hard = int(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
from anju_base.open_files import raise_open_files
print(raise_open_files(2_000), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "now"), [(1_024, 4_000, "2000 2000 4000"), (1_024, 1_500, "1500 1500 1500"),
                              (3_000, 4_000, "3000 3000 4000")],
)  # fmt: skip
def test_it_is_raised_as_far_as_it_may_be(soft: int, hard: int, now: str) -> None:
    done = subprocess.run([sys.executable, "-c", SHOW, str(soft), str(hard)], capture_output=True, text=True)
    assert done.stdout.strip() == now, done.stderr
