"""The ladders in a roster's settings.

People write `escalation.P1`. A bundle for boxes has the whole ladder in `ladder.P1` where it names more than local
channels, and in `escalation.P1` those alone: a box of an earlier version refuses a roster whole for a target that it
does not know, and does not look at `ladder.P1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anju_protos.ladder.steps import DEFAULT_LADDERS, LADDER_PRIORITIES, Ladder, LadderError, parse_ladder

WRITTEN: Final = "escalation."
WHOLE: Final = "ladder."


class LadderSettingError(ValueError):
    """A setting that is no ladder. `key` names it, `reason` says what would be right."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def read_ladders(settings: Mapping[str, str]) -> dict[int, Ladder]:
    """Returns the ladder of each priority, the default where nothing is set. Raises `LadderSettingError`."""
    ladders = dict(DEFAULT_LADDERS)
    for prefix in (WRITTEN, WHOLE):  # the whole counts more
        for key, value in sorted(settings.items()):
            if not key.startswith(prefix):
                continue
            priority = LADDER_PRIORITIES.get(key.removeprefix(prefix))
            if priority is None:
                raise LadderSettingError(key, f"must be {prefix}P1 or {prefix}P2")
            try:
                ladders[priority] = parse_ladder(value)
            except LadderError as error:
                raise LadderSettingError(key, str(error)) from error
    return ladders


def settings_for_boxes(settings: Mapping[str, str]) -> dict[str, str]:
    """Returns the settings of a bundle. A ladder that cannot be read stays as it is: the box names it."""
    told = {key: value for key, value in settings.items() if not key.startswith(WHOLE)}
    for name in LADDER_PRIORITIES:
        value = told.get(WRITTEN + name)
        if value is None:
            continue
        try:
            ladder = parse_ladder(value)
        except LadderError:
            continue
        if not ladder.is_local():
            told[WHOLE + name] = value
            told[WRITTEN + name] = ladder.local_text()
    return told
