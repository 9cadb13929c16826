"""Whether real answers fit an OpenAPI document, so that the contract and what is sent cannot drift apart.

Stricter than JSON Schema: a field that the document does not name is a misfit too. Knows the keywords that our two
documents use, and fails at any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final  # Any: JSON documents

JSON: Final = "application/json"
PASSED_OVER: Final = {"title", "description", "default", "discriminator", "format"}
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class Contract:
    """An OpenAPI document as a judge of what a server says."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        self._paths: Mapping[str, Any] = document["paths"]
        self._templates = {re.compile(re.sub(r"\{\w+\}", "[^/]+", path)): path for path in self._paths}

    def operations(self) -> set[tuple[str, str]]:
        """Returns all documented (METHOD, path)."""
        return {(method.upper(), path) for path, methods in self._paths.items() for method in methods}

    def check_answer(self, method: str, path: str, status: int, body: object) -> None:
        """Fails when an answer is not as documented. Passes over paths and methods that the document leaves out."""
        template = next((known for pattern, known in self._templates.items() if pattern.fullmatch(path)), "")
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return
        responses = operation["responses"]
        documented = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        assert documented, f"{method} {template} answered {status}, which is not documented"
        misfits = list(self.misfits(documented["content"][JSON]["schema"], body))
        assert not misfits, f"{method} {template} {status}: {'; '.join(misfits)}"

    def check(self, name: str, value: object) -> None:
        """Fails when a value does not fit the schema of this name."""
        misfits = list(self.misfits(self._schemas[name], value))
        assert not misfits, f"{name}: {'; '.join(misfits)}"

    def misfits(self, schema: Mapping[str, Any], value: object, at: str = "") -> Iterator[str]:
        """Yields what is wrong with `value`, each with the place where."""
        yield from self._misfits(schema, value, at, self._properties(schema))

    def _misfits(
        self, schema: Mapping[str, Any], value: object, at: str, known: Mapping[str, Any] | None
    ) -> Iterator[str]:
        for keyword, rule in schema.items():
            if keyword == "$ref":
                yield from self._misfits(self._named(rule), value, at, known)
            elif keyword in ("anyOf", "oneOf"):
                tries = [list(self.misfits(choice, value, at)) for choice in rule]
                if all(tries):
                    yield f"{at or 'it'} is none of {len(tries)}: {min(tries, key=len)[0]}"
            elif keyword == "allOf":
                for part in rule:
                    yield from self._misfits(part, value, at, known)
            elif keyword == "type":
                if not isinstance(value, TYPES[rule]) or (isinstance(value, bool) and rule != "boolean"):
                    yield f"{at or 'it'} is no {rule}: {value!r:.80}"
            elif keyword == "enum":
                if value not in rule:
                    yield f"{at or 'it'} is {value!r:.80}, not one of {rule}"
            elif keyword == "const":
                if value != rule:
                    yield f"{at or 'it'} is {value!r:.80}, not {rule!r}"
            elif keyword == "required":
                if isinstance(value, dict):
                    yield from (f"{at}.{name} is missing" for name in rule if name not in value)
            elif keyword == "properties":
                if isinstance(value, dict):
                    for name in value.keys() & rule.keys():
                        yield from self.misfits(rule[name], value[name], f"{at}.{name}")
                    yield from (f"{at}.{name} is not in the contract" for name in value.keys() - (known or rule).keys())
            elif keyword == "additionalProperties":
                if isinstance(value, dict) and rule is not True:
                    for name, inner in value.items():
                        yield from self.misfits(rule, inner, f"{at}.{name}")
            elif keyword == "propertyNames":
                if isinstance(value, dict):
                    for name in value:
                        yield from self.misfits(rule, name, f"name of {at}.{name}")
            elif keyword == "items":
                if isinstance(value, list):
                    for index, item in enumerate(value):
                        yield from self.misfits(rule, item, f"{at}[{index}]")
            elif keyword == "pattern":
                if isinstance(value, str) and not re.search(rule, value):
                    yield f"{at or 'it'} is {value!r:.80}, not like {rule}"
            elif keyword == "maxLength":
                if isinstance(value, str) and len(value) > rule:
                    yield f"{at or 'it'} is longer than {rule}"
            else:
                assert keyword in PASSED_OVER, f"the judge does not know {keyword!r}"

    def _named(self, ref: str) -> Mapping[str, Any]:
        schema: Mapping[str, Any] = self._schemas[ref.removeprefix("#/components/schemas/")]
        return schema

    def _properties(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that a schema and the parts it is put together from name."""
        if "$ref" in schema:
            return self._properties(self._named(schema["$ref"]))
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            found |= self._properties(part)
        return found
