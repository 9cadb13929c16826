"""Field cases: what a driver makes of a device's bytes, in words that do not depend on the driver.

An item of a case file holds `input_hex` or `input_text`, or a `sequence` of such with their times (`t_s`), perhaps with
`login_first_hex` to be fed before on the same connection. The words: `summary`, `alarms` (reasons of every alarm),
`state`, `vital`, `position` (all readings of that kind), `card` (tokens), `reply_hex`, `reply_text`, `reply_result`,
`presses` and `error`; beside them what the driver's own vector files say of a frame, such as `alarm_code`. `unmet`
compares them with an item's `expect`. Whatever runs here runs the driver's own decoder.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping

from anju_drivers.driver import (
    AlarmReading,
    CardReading,
    DriverSpec,
    Explained,
    PositionFix,
    Reading,
    StateReading,
    VitalReading,
)
from anju_drivers.testing.vectors import item_bytes

_READING_WORDS: Mapping[str, type[Reading]] = {"state": StateReading, "vital": VitalReading, "position": PositionFix}
_CASE_KEYS = frozenset({"driver", "report", "login_first_hex", "sequence"})


def is_case(item: Mapping[str, object]) -> bool:
    """Whether an item is written in these words, rather than in those of its driver's vector files."""
    expect = item.get("expect")
    alarms = expect.get("alarms") if isinstance(expect, Mapping) else None
    has_reasons = isinstance(alarms, list) and any(isinstance(one, list) for one in alarms)
    return has_reasons or not _CASE_KEYS.isdisjoint(item)


def is_for(spec: DriverSpec, item: Mapping[str, object]) -> bool:
    """Whether a file of several drivers means this one with an item."""
    driver, file = item.get("driver"), item.get("file")
    if isinstance(driver, str):
        return driver == spec.name
    if file == "live":  # what running programs do, in words
        return False
    return not isinstance(file, str) or file in spec.vector_files or not file.endswith(".json")


def answer(spec: DriverSpec, item: Mapping[str, object]) -> dict[str, object]:
    """What the driver makes of an item: its own vectors' words and those of a case. Raises `ValueError` and the like
    on an item that is none."""
    own = {} if "sequence" in item else dict(spec.vectors(item))
    words = case_words(list(hear(spec, item))) if "sequence" in item or _has_bytes(item) else {}
    return own | words if is_case(item) else words | own


def _has_bytes(item: Mapping[str, object]) -> bool:
    return isinstance(item.get("input_hex"), str) or isinstance(item.get("input_text"), str)


def hear(spec: DriverSpec, item: Mapping[str, object]) -> Iterator[tuple[float, Explained]]:
    """What the driver's decoder says of an item, each with its time in seconds; the login's own word is left out."""
    if spec.hear is not None:
        yield from spec.hear(item)
        return
    login = item.get("login_first_hex")
    before = bytes.fromhex(login) if isinstance(login, str) else b""
    if spec.decoder is None or "sequence" not in item:
        for explained in spec.explain(before + item_bytes(item))[len(spec.explain(before)) if before else 0 :]:
            yield 0.0, explained
        return
    decoder = spec.decoder()
    decoder.feed(before)
    for at_s, step in steps(item):
        found = decoder.feed(item_bytes(step))
        if getattr(decoder, "is_incomplete", False) and "input_text" in step:
            found += decoder.feed(b"\n")
        for explained in found:
            yield at_s, explained


def steps(item: Mapping[str, object]) -> Iterator[tuple[float, Mapping[str, object]]]:
    """The inputs of an item in order, each with its time in seconds. Raises `ValueError` for what is none."""
    sequence = item.get("sequence")
    if not isinstance(sequence, list):
        yield 0.0, item
        return
    for step in sequence:
        if not isinstance(step, Mapping) or not isinstance(at_s := step.get("t_s", 0), int | float):
            raise ValueError("a step of a sequence needs t_s and input_hex or input_text")
        yield float(at_s), step


def case_words(heard: list[tuple[float, Explained]]) -> dict[str, object]:
    """The words of a case for what was heard."""
    explained = [one for _, one in heard]
    readings = [reading for one in explained for reading in one.readings]
    fields: dict[str, object] = {}
    for one in explained:
        fields |= {name: value for name, value in one.fields.items() if name not in fields}
    replies = [str(one.fields["reply_hex"]) for one in explained if "reply_hex" in one.fields]
    words: dict[str, object] = {
        "summary": [one.summary for one in explained],
        "alarms": [sorted(map(str, one.reasons)) for one in readings if isinstance(one, AlarmReading)],
        "card": [one.token for one in readings if isinstance(one, CardReading)],
        "presses": presses(heard),
        "reply_hex": "".join(replies),
        "reply_text": bytes.fromhex("".join(replies)).decode("utf-8", "replace"),
        "reply_result": [one.fields["reply_result"] for one in explained if "reply_result" in one.fields],
        "error": [one.fields["error"] for one in explained if "error" in one.fields] or None,
    }
    for word, kind in _READING_WORDS.items():
        words[word] = [given_fields(one) for one in readings if isinstance(one, kind)]
    return fields | words


def given_fields(reading: Reading) -> dict[str, object]:
    """A reading's fields, without those that it says nothing of."""
    values = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
    return {name: value for name, value in values.items() if value not in (None, "", (), frozenset())}


def presses(heard: Iterable[tuple[float, Explained]]) -> int:
    """How often the box would ring: a press with the same name within its window of the last copy is the same one."""
    last_s: dict[tuple[str, bytes, frozenset[str]], float] = {}
    count = 0
    for at_s, explained in heard:
        for reading in explained.readings:
            if not isinstance(reading, AlarmReading):
                continue
            key = reading.device, reading.press, frozenset(map(str, reading.reasons))
            count += key not in last_s or at_s - last_s[key] > reading.burst_window_s
            last_s[key] = at_s
    return count


def unmet(expect: Mapping[str, object], got: Mapping[str, object]) -> list[str]:
    """What of `expect` does not hold, a line each; empty when all does."""
    return [line for word, wanted in expect.items() for line in _unmet_word(word, wanted, got)]


def _unmet_word(word: str, wanted: object, got: Mapping[str, object]) -> list[str]:
    have = got.get(word)
    match word:
        case "alarms":
            is_met = _reasons(have) == _reasons(wanted)
        case "state" | "vital" | "position":
            is_met = any(_holds(wanted, one) for one in (have if isinstance(have, list) else []))
        case "card" | "reply_result":
            is_met = have == [wanted]
        case "reply_hex" | "reply_text":
            is_met = _fits(str(wanted), str(have or ""))
        case "no_error":
            have = got.get("error")
            is_met = not have or wanted is False
        case "no_card":
            have = got.get("card")
            is_met = not have or wanted is False
        case "not_reasons":
            have = got.get("alarms")
            is_met = not ({str(one) for one in _list(wanted)} & {one for alarm in _reasons(have) for one in alarm})
        case "no_vital":
            have = got.get("vital")
            is_met = not any(name in one for name in _list(wanted) for one in _list(have) if isinstance(one, Mapping))
        case _:
            is_met = _holds(wanted, have)
    return [] if is_met else [f"{word}: expected {wanted!r}, got {have!r}"]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _reasons(alarms: object) -> list[list[str]]:
    return [sorted(map(str, one)) for one in _list(alarms) if isinstance(one, list)]


def _fits(wanted: str, have: str) -> bool:
    head, star, _ = wanted.partition("*")
    return have.lower().startswith(head.lower()) if star else have == wanted


def _holds(wanted: object, have: object) -> bool:
    """Whether `have` says at least what `wanted` says; numbers need not agree beyond six digits."""
    if isinstance(wanted, Mapping):
        return isinstance(have, Mapping) and all(_holds(value, have.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list):
        given = list(have) if isinstance(have, list | tuple) else None
        return given is not None and len(given) == len(wanted) and all(map(_holds, wanted, given))
    if isinstance(wanted, bool) or isinstance(have, bool) or wanted is None:
        return wanted is have
    if isinstance(wanted, int | float) and isinstance(have, int | float):
        return math.isclose(wanted, have, rel_tol=1e-6, abs_tol=1e-9)
    return str(wanted) == str(have)
