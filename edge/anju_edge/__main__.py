"""The command `anju-edge`. Help is in Chinese and English; results go to stdout, what went wrong to stderr."""

from __future__ import annotations

import sys

from anju_edge.cli.verbs import command_line


def main() -> None:
    """Entry point of the script `anju-edge`."""
    command_line(sys.argv[1:])()


if __name__ == "__main__":
    main()
