"""`anju-edge decode DRIVER`: frames from stdin explained, one JSON object a line; or a vector file decoded.

A file's items are answered in the words of the driver's vector files and of the field cases (`testing/cases.py`).
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from anju_drivers.driver import DriverSpec, Explained, Reading
from anju_drivers.registry import UnknownDriver, load_drivers
from anju_drivers.testing.cases import answer, given_fields, is_for

_HEX_LINE = re.compile(rb"(?:0x)?[0-9A-Fa-f]{2}(?:[\s,:]*(?:0x)?[0-9A-Fa-f]{2})*")
_DUMP_LINE = re.compile(rb"[0-9A-Fa-f]{4,8}:?\s+((?:[0-9A-Fa-f]{2,4} ){1,16})(?:\s.*)?", re.DOTALL)
_HEX_LIKE = re.compile(rb"(?:0x)?[0-9A-Fa-f][0-9A-Fa-fxX\s,:]+")  # a slip in it is then said as one
_MAX_LINE = 4 * 1024 * 1024


def decode(
    driver: Annotated[str, typer.Argument(help="Name of the driver, such as card_reader.")],
    vectors: Annotated[
        Path | None, typer.Option(help="Decode the items of this vector or case file instead of stdin.", dir_okay=False)
    ] = None,
) -> None:
    """Explain frames from stdin, hex or text, one JSON object a line; ends with 1 if anything was not understood."""
    try:
        spec = load_drivers().get(driver)
    except UnknownDriver as error:
        _say({"error": str(error), "do": "choose one of the drivers named here"})
        raise typer.Exit(1) from error
    is_good = _decode_vectors(spec, vectors) if vectors else decode_stream(spec, sys.stdin.buffer)
    raise typer.Exit(0 if is_good else 1)


def decode_stream(spec: DriverSpec, source: BinaryIO) -> bool:
    """Prints what each frame of `source` says as soon as it is whole; True when all of it was understood."""
    decoder = spec.decoder() if spec.decoder else None
    is_good, found, size = True, 0, 0
    whole = bytearray()
    for data in _frames(source):
        if isinstance(data, str):
            _say({"error": data, "do": "give hex digits in pairs, or the device's text as it is"})
            is_good = False
            continue
        size += len(data)
        if decoder is None:
            whole += data
            continue
        for explained in decoder.feed(data):
            found += 1
            is_good &= _explain(explained)
    for explained in spec.explain(bytes(whole)) if decoder is None else []:
        found += 1
        is_good &= _explain(explained)
    if found and getattr(decoder, "is_incomplete", False):
        _say({"error": "the last frame is cut", "do": "give it to its end"})
        is_good = False
    if not found and is_good:
        _say(
            {
                "error": f"no frame of {spec.name} in {size} bytes",
                "do": f"pipe in what the device sends, as hex or text; {spec.name} is: {spec.summary_en}",
            }
        )
    return is_good and found > 0


def _frames(source: BinaryIO) -> Iterator[bytes | str]:
    """Bytes for each line of stdin, or a text saying what is wrong with one.

    The first line that is not blank decides: hex (pairs, `0x`, commas, or a hex dump with offsets) or the device's own
    text, which is passed on byte for byte, line ends included.
    """
    is_hex: bool | None = None
    number = 0
    while line := source.readline(_MAX_LINE):
        number += 1
        bare = line.strip()
        if is_hex is None and bare:
            is_hex = bool(_HEX_LIKE.fullmatch(bare) or _DUMP_LINE.fullmatch(bare + b" "))
        if not is_hex:
            yield line
        elif bare and not bare.startswith(b"#"):
            yield _unhex(bare, number)


def _unhex(bare: bytes, number: int) -> bytes | str:
    dump = _DUMP_LINE.fullmatch(bare + b" ")
    digits = dump[1] if dump and not _HEX_LINE.fullmatch(bare) else bare
    try:
        return bytes.fromhex(re.sub(rb"0x|[\s,:]", b"", digits).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return f"line {number} is not hex"


def _decode_vectors(spec: DriverSpec, path: Path) -> bool:
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _say({"error": f"{path}: {error}", "do": "give a JSON file that holds a list of items"})
        return False
    if not isinstance(items, list):
        _say({"error": f"{path} holds no list", "do": "give a JSON file that holds a list of items"})
        return False
    is_good = True
    for number, item in enumerate(items):
        name = item.get("name", number) if isinstance(item, dict) else number
        if isinstance(item, dict) and not is_for(spec, item):
            _say({"name": name, "skipped": f"not an item of {spec.name}"})
            continue
        try:
            got = answer(spec, item)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            _say({"name": name, "error": f"{type(error).__name__}: {error}", "do": "compare the item with its format"})
            is_good = False
            continue
        _say({"name": name, "got": got})
    return is_good


def _explain(explained: Explained) -> bool:
    readings = [_reading(reading) for reading in explained.readings]
    _say({"summary": explained.summary, "fields": explained.fields, "readings": readings})
    return "error" not in explained.fields


def _reading(reading: Reading) -> dict[str, object]:
    """A reading with its type, without the fields it says nothing of."""
    return {"type": type(reading).__name__} | given_fields(reading)


def _say(line: Mapping[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False, default=_plain), flush=True)


def _plain(value: object) -> object:
    """Values that JSON does not know: bytes as hex, sets sorted, dataclasses as objects."""
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)
