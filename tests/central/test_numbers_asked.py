"""No number that a request gives is too large for the hub: what cannot be one of ours is refused, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final  # Any: JSON documents

import pytest

from support.hubs import Hub, running

WRONG: Final = (10**30, 2**63, -1)
Json = Mapping[str, Any]


@pytest.fixture
async def hub(tmp_path: Path, registry_url: str) -> AsyncIterator[Hub]:
    url = registry_url if registry_url.startswith("postgresql") else None
    async with running(tmp_path, registry=url) as hub:
        yield hub


def resolved(document: Json, schema: Json) -> Json:
    if "$ref" in schema:
        found: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    choices = [one for one in schema.get("anyOf", schema.get("oneOf", [])) if one.get("type") != "null"]
    return resolved(document, choices[0]) if choices else schema


def example(document: Json, schema: Json) -> object:
    """Something that fits a schema of a request."""
    kind = resolved(document, schema)
    if "const" in kind:
        return kind["const"]
    if "enum" in kind:
        return kind["enum"][0]
    if kind["type"] == "object":
        needed = kind.get("required", ())
        return {name: example(document, field) for name, field in kind.get("properties", {}).items() if name in needed}
    plain: dict[str, object] = {"string": "xxxx", "integer": 1, "number": 1, "boolean": False, "array": []}
    return plain[kind["type"]]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def body_of(document: Json, operation: Json) -> Json | None:
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"]
    return resolved(document, content["application/json"]["schema"]) if "application/json" in content else None


async def test_no_number_of_an_address_is_too_large(hub: Hub) -> None:
    document = hub.app.openapi()
    asked = 0
    for method, path, operation in operations(document):
        parameters = [one for one in operation.get("parameters", ()) if one["in"] in ("path", "query")]
        numbers = [one for one in parameters if resolved(document, one["schema"]).get("type") == "integer"]
        body = body_of(document, operation)
        for wrong_one in numbers:
            for wrong in WRONG:
                where, query = path, {}
                for one in parameters:
                    value = wrong if one is wrong_one else example(document, one["schema"])
                    if one["in"] == "path":
                        where = where.replace(f"{{{one['name']}}}", str(value))
                    elif one["required"] or one is wrong_one:
                        query[one["name"]] = str(value)
                hub.clock.advance(2)  # look-ups are not too many
                answer = await hub.http.request(
                    method, where, params=query, json=example(document, body) if body is not None else None
                )
                assert answer.status_code in (404, 422), (method, where, query, answer.status_code, answer.text)
                asked += 1
    assert asked >= 3 * 10


def misfits(document: Json, schema: Json, at: str) -> Iterator[str]:
    """The whole numbers of a request that have no bounds within 64 bits."""
    kind = resolved(document, schema)
    if kind.get("type") == "integer" and not (
        kind.get("minimum", -(10**30)) >= -(2**63)
        and kind.get("maximum", 10**30) <= 2**63  # as a float, which has no 2**63 - 1
    ):
        yield at
    for name, field in kind.get("properties", {}).items():
        yield from misfits(document, field, f"{at}.{name}")
    if "items" in kind:
        yield from misfits(document, kind["items"], f"{at}[]")


async def test_every_number_of_a_body_has_its_bounds(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        document = hub.app.openapi()
    found = [
        wrong
        for method, path, operation in operations(document)
        if (body := body_of(document, operation)) is not None
        for wrong in misfits(document, body, f"{method} {path}")
    ]
    assert found == []
