"""The judge of answers finds what it is there to find."""

from __future__ import annotations

from typing import Any

import pytest

from support.contracts import Contract

LINE = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "word": {"enum": ["a", "b"]}}}
OTHER = {"type": "object", "required": ["m"], "properties": {"m": {"type": "string"}}}
CONTRACT = Contract({"paths": {}, "components": {"schemas": {"Line": LINE, "Other": OTHER}}})
REF = {"$ref": "#/components/schemas/Line"}
BOTH = {"allOf": [REF, {"$ref": "#/components/schemas/Other"}]}


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        (REF, {"n": 1}, True),
        (REF, {"n": 1, "word": "a"}, True),
        (REF, {"n": 1, "word": "c"}, False),
        (REF, {}, False),
        (REF, {"n": True}, False),
        (REF, {"n": 1, "new": 1}, False),
        (BOTH, {"n": 1, "m": "x"}, True),
        (BOTH, {"n": 1}, False),
        (BOTH, {"n": 1, "m": "x", "new": 1}, False),
        ({"anyOf": [REF, {"type": "null"}]}, None, True),
        ({"anyOf": [REF, {"type": "null"}]}, 1, False),
        ({"type": "array", "items": REF}, [{"n": 1}, {}], False),
        ({"type": "string", "pattern": "^[0-9]+$"}, "x", False),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": "b"}, False),
    ],
)
def test_what_fits_and_what_does_not(schema: dict[str, Any], value: object, fits: bool) -> None:
    assert (not list(CONTRACT.misfits(schema, value))) == fits
