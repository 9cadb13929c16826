"""The files that box, launcher and postinst share about versions. Formats: packaging/launch, docs/adr/0017-slots.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from anju_base.sqlite_schema import load_migrations
from anju_edge.updates.last_end import one_line, state_folder

ROOT: Final = Path("/opt/anju")
RUNTIME_FOLDER: Final = Path("/run/anju-edge")
MOST_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class RollBack:
    """A version that was taken back. `result` and `status` are systemd's words for its end, empty where unknown."""

    bad: str
    to: str
    at: str
    result: str = ""
    status: str = ""
    line: str = ""

    def words(self) -> str:
        """One sentence: which, how it ended, the last thing it said."""
        end = f" ({self.result} {self.status})" if self.result else ""
        said = f": {self.line}" if self.line else ""
        return one_line(f"version {self.bad} failed{end}{said}; version {self.to} runs again")


@dataclass(frozen=True, slots=True)
class SlotState:
    """What the launcher counts. `good` has proved itself, `bad` was taken back; both may be empty."""

    slot: str = ""
    tries: int = 0
    good: str = ""
    bad: str = ""


class Slot:
    """The version of this run, as the launcher started it. All methods touch the disk."""

    def __init__(self, name: str, *, on_trial: bool, state: Path, runtime: Path, root: Path = ROOT) -> None:
        self.name = name
        self.on_trial = on_trial
        self._state = state
        self._runtime = runtime
        self._root = root

    @classmethod
    def of_this_run(cls, environment: Mapping[str, str] = os.environ) -> Slot | None:
        """Returns None for a box that no launcher started: a checkout, a test."""
        name = environment.get("ANJU_SLOT")
        if not name:
            return None
        return cls(
            name,
            on_trial=bool(environment.get("ANJU_TRIAL")),
            state=state_folder(),
            runtime=Path(environment.get("RUNTIME_DIRECTORY") or RUNTIME_FOLDER),
            root=Path(environment.get("ANJU_ROOT") or ROOT),
        )

    def state(self) -> SlotState:
        """As the launcher reads it: the runtime folder's word first, it is there when the disk takes nothing."""
        for folder in (self._runtime, self._state):
            kept = _read(folder / "slot")
            if kept is not None:
                tries = kept.get("tries", "")
                count = int(tries) if tries.isdecimal() and len(tries) < 4 else 0
                return SlotState(kept.get("slot", ""), count, kept.get("good", ""), kept.get("bad", ""))
        return SlotState()

    def is_proven(self) -> bool:
        """Whether this version has proved itself, in this run or an earlier one."""
        return self.state().good == self.name

    def commit(self) -> None:
        """This version has proved itself: from here on there is no way back. Raises OSError when that is not kept."""
        bad = "" if self.on_trial else self.state().bad  # what this one runs in place of stays marked
        text = f"slot {self.name}\ntries 0\nopen \ngood {self.name}\nbad {bad}\nend\n"
        with suppress(OSError):
            (self._runtime / "slot").write_text(text, encoding="ascii")
        _put(self._state / "slot", text)
        self.on_trial = False

    def installed(self) -> str:
        """Returns the version that a start would take now, empty when it cannot be started or was taken back."""
        try:
            name = os.readlink(self._root / "current").rpartition("/")[2]
        except OSError:
            return ""
        runs = os.access(self._root / "slots" / name / "bin" / "anju-edge", os.X_OK)
        return name if runs and name != self.state().bad else ""

    def rolled_back(self) -> RollBack | None:
        """Returns what was taken back for this version, while that has not been followed by another one."""
        kept = _read(self._state / "slot.rolled_back")
        if kept is None or not kept.get("bad") or kept["bad"] != self.state().bad or kept["bad"] == self.name:
            return None
        if kept.get("slot", kept["bad"]) != kept["bad"]:  # the end that is kept is another version's
            return RollBack(kept["bad"], kept.get("to", ""), kept.get("at", ""))
        words = {key: one_line(kept.get(key, "")) for key in ("to", "at", "result", "status", "line")}
        return RollBack(kept["bad"], **words)

    def is_told(self, what: RollBack) -> bool:
        """Whether this roll-back is an event already."""
        return _text(self._state / "slot.told") == f"{what.bad} {what.at}"

    def mark_told(self, what: RollBack) -> None:
        """Keeps that it is. Raises OSError."""
        _put(self._state / "slot.told", f"{what.bad} {what.at}")

    def had_contact(self) -> bool:
        """Whether the version before was in contact with the hub when it ended."""
        return (self._state / "slot.contact").exists()

    def note_contact(self, *, there: bool) -> None:
        """Keeps for the next version whether this one is in contact. Raises OSError."""
        path = self._state / "slot.contact"
        if not there:
            path.unlink(missing_ok=True)
        elif not path.exists():
            path.touch()

    def note_busy(self, *, busy: bool) -> None:
        """Tells postinst and the update helper whether an incident is open. Raises OSError."""
        path = self._runtime / "busy"
        if not busy:
            path.unlink(missing_ok=True)
        elif not path.exists():
            path.touch()

    def ask_for(self, name: str) -> bool:
        """Keeps that this box ends to make room for a version. False when it did so before: that did not help."""
        path = self._runtime / "asked"
        if _text(path) == name:
            return False
        try:
            path.write_text(name, encoding="ascii")
        except OSError:
            return False
        return True


def newest_schema() -> int:
    """Returns the newest schema of the journal that this version knows."""
    return load_migrations(resources.files("anju_edge.journal") / "schema")[-1].version


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _read(path: Path) -> dict[str, str] | None:
    """The keys of a file, the first value of each; None unless it is whole."""
    lines = _text(path).splitlines()
    if "end" not in lines:
        return None
    kept: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        kept.setdefault(key, value)
    return kept


def _put(path: Path, text: str) -> None:
    """Makes it the file's text, on disk, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
