"""Who may ask the root helper for what, and how far it is.

A person (root) asks through the helper's runtime folder: any folder, also an older version, also at once. The box asks
through its own state folder: for what lies there, nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from anju_base.update_refused import UpdateRefused
from anju_edge.updates.last_end import STATE_FOLDER, one_line

HELPER_FOLDER: Final = Path("/run/anju-edge-update")
BOX_FOLDER: Final = STATE_FOLDER / "update"
REQUEST: Final = "request"


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """`folder` holds manifest, signature and packages. `name` tells a person's request from others; "" is the box's."""

    folder: Path
    downgrade: bool = False
    now: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """`state`: checking, installing, installed, refused. `text`: the version, or why not, one sentence.

    `request` is the name of the request that it is about.
    """

    state: str
    text: str = ""
    request: str = ""


def ask(request: UpdateRequest, helper: Path = HELPER_FOLDER) -> None:
    """Leaves a person's request for the helper. Raises OSError."""
    helper.mkdir(mode=0o755, parents=True, exist_ok=True)
    value = {**asdict(request), "folder": str(request.folder)}
    new = helper / f"{REQUEST}.{request.name or 'new'}"
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(helper / REQUEST)  # the helper never sees half of one


def is_waiting(name: str, helper: Path = HELPER_FOLDER) -> bool:
    """Whether the request of that name lies there and the helper did not take it yet."""
    try:
        return bool(json.loads((helper / REQUEST).read_bytes())["name"] == name)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def withdraw(name: str, helper: Path = HELPER_FOLDER) -> None:
    """Takes the request of that name back, if the helper did not take it. Raises OSError."""
    if is_waiting(name, helper):
        (helper / REQUEST).unlink(missing_ok=True)


def take_request(helper: Path = HELPER_FOLDER, box: Path = BOX_FOLDER) -> UpdateRequest | None:
    """Takes the next request away, a person's first; None when there is none. One that is damaged counts as none."""
    path = helper / REQUEST
    try:
        value = json.loads(path.read_bytes())
        path.unlink()
        downgrade, now = bool(value["downgrade"]), bool(value["now"])
        return UpdateRequest(Path(value["folder"]), downgrade, now, str(value.get("name", "")))
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError, AttributeError):
        path.unlink(missing_ok=True)
    try:
        (box / REQUEST).unlink()
    except OSError:
        return None
    return UpdateRequest(box)


def write_progress(progress: Progress, helper: Path = HELPER_FOLDER) -> None:
    """Says how far it is; everybody may read it. Raises OSError."""
    helper.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = helper / "progress.new"
    new.write_text(json.dumps(asdict(progress), ensure_ascii=False), encoding="utf-8")
    new.chmod(0o644)
    new.replace(helper / "progress")


def read_progress(helper: Path = HELPER_FOLDER) -> Progress | None:
    """Returns the last word of the helper since the boot; None when there is none."""
    try:
        value = json.loads((helper / "progress").read_text(encoding="utf-8"))
        return Progress(str(value["state"]), one_line(str(value["text"])), str(value.get("request", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def serve(
    install: Callable[[UpdateRequest, Callable[[str], None]], str], helper: Path = HELPER_FOLDER, box: Path = BOX_FOLDER
) -> int:
    """Does what is asked for, one after the other. `install(request, say)` returns the version.

    Returns the exit code: 1 when one of them was refused.
    """
    code = 0
    while (request := take_request(helper, box)) is not None:

        def say(state: str, text: str = "", name: str = request.name) -> None:
            write_progress(Progress(state, text, name), helper)

        try:
            version = install(request, say)
        except UpdateRefused as refused:
            code = 1
            say("refused", str(refused))
        except OSError as error:
            code = 1
            where = error.filename or request.folder
            say("refused", f"读写失败 cannot be read or written: {where}: {error.strerror}")
        else:
            say("installed", version)
    return code
