"""The process that reads one file: `python -m anju_central.registry.imports.reading_child`.

Stdin: a line of JSON that says what to do, then the file. Stdout: a JSON object a line. It is nice, its memory and
processor time are bounded, it opens no file and no socket: what a file does to it, it does to no other.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Iterator
from itertools import chain

from anju_central.registry.imports.limits import MAX_FILE_BYTES, READ_WITHIN_CPU_S
from anju_central.registry.imports.niceness import be_nice
from anju_central.registry.imports.reading import check, errors, look, read
from anju_central.registry.imports.reading_json import (
    Json,
    checked_lines,
    choice_json,
    choice_of_json,
    look_json,
    problem_of_json,
    remembered_of_json,
)
from anju_central.registry.imports.refused import SheetRefused


def main() -> None:
    """Reads the file and says what is in it."""
    be_nice()
    asked = json.loads(sys.stdin.buffer.readline())
    memory_bytes = int(asked["memory_bytes"])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (READ_WITHIN_CPU_S, READ_WITHIN_CPU_S + 1))
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        for line in _answer(asked, data):
            sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
    except SheetRefused as refused:
        sys.stdout.write(json.dumps({"refused": refused.code, "about": refused.about}))
    except MemoryError:
        about = {"limit": f"{memory_bytes // 1024**2} MB"}
        sys.stdout.write(json.dumps({"refused": "too-large", "about": about}))


def _answer(asked: Json, data: bytes) -> Iterator[Json]:
    if asked["do"] == "look":
        sheets = look(data, asked["file_name"], remembered_of_json(asked["remembered"]))
        return map(look_json, sheets)
    if asked["do"] == "read":
        remembered = remembered_of_json(asked["remembered"])
        looked, choice, checked = read(data, asked["file_name"], remembered, choice_of_json(asked["choice"]))
        return chain([{"look": look_json(looked), "choice": choice_json(choice)}], checked_lines(checked))
    if asked["do"] == "errors":
        problems = [problem_of_json(problem) for problem in asked["problems"]]
        made = errors(data, asked["file_name"], choice_of_json(asked["choice"]), problems)
        return iter([{"file": base64.b64encode(made).decode()}])
    return checked_lines(check(data, asked["file_name"], choice_of_json(asked["choice"])))


if __name__ == "__main__":
    main()
