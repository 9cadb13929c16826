"""The OpenAPI document of the kiosk's HTTP side, from the dataclasses that it reads and sends.

    python edge/kiosk_openapi.py > kiosk.json

`./dev contracts` writes the page's types from it. It stands beside the package: a box has no pydantic.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final  # Any: a JSON document

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from anju_edge.kiosk import answers, backend, requests

BASE: Final = "/kiosk/{kiosk}/api"
ASKED: Final[dict[str, tuple[Any, Any]]] = {  # what a page posts, and the answer
    "pair": (requests.PairRequest, answers.PairAnswer),
    "launch": (requests.LaunchRequest, answers.LaunchAnswer),
    "check-in": (requests.CheckInRequest, backend.CheckInResult),
    "undo": (requests.UndoRequest, backend.UndoResult),
    "help": (requests.HelpRequest, backend.HelpResult),
    "staff": (requests.StaffRequest, answers.StaffAnswer),
    "respond": (requests.RespondRequest, backend.RespondResult),
    "beat": (backend.PageBeat, answers.BeatAnswer),
}
KEPT: Final = {"check-in", "undo", "respond"}  # a 503 of these holds the result and the refusal
KIOSK: Final = {"name": "kiosk", "in": "path", "required": True, "schema": {"type": "string"}}


class Whole(GenerateJsonSchema):
    """What is sent has all its fields, also those with a default."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def document() -> dict[str, Any]:
    """Returns the document."""
    sent = [answers.PageState, answers.StreamMessage, answers.Refusal, *(answer for _, answer in ASKED.values())]
    wanted: list[tuple[Any, JsonSchemaMode]] = [(each, "serialization") for each in sent]
    wanted += [(request, "validation") for request, _ in ASKED.values()]
    found, definitions = TypeAdapter.json_schemas(
        [(str(each), mode, TypeAdapter(each)) for each, mode in wanted],
        ref_template="#/components/schemas/{model}",
        schema_generator=Whole,
    )
    schemas = {(key, mode): schema for (key, mode), schema in found.items()}
    components = definitions["$defs"]
    components["StreamMessage"] = schemas[str(answers.StreamMessage), "serialization"]

    def answer(each: Any) -> Any:
        return schemas[str(each), "serialization"]

    refusal = answer(answers.Refusal)
    paths: dict[str, Any] = {
        f"{BASE}/state": {"get": _operation({"200": answer(answers.PageState)}, refusal)},
        f"{BASE}/events": {"get": _operation({}, refusal)},
    }
    stream = {"text/event-stream": {"schema": {"$ref": "#/components/schemas/StreamMessage"}}}
    paths[f"{BASE}/events"]["get"]["responses"]["200"] = {"description": "Changes as they come.", "content": stream}
    for name, (request, result) in ASKED.items():
        lost = {"anyOf": [{"allOf": [answer(result), refusal]}, refusal]} if name in KEPT else refusal
        operation = _operation({"200": answer(result), "503": lost}, refusal)
        operation["requestBody"] = {"required": True, "content": _json(schemas[str(request), "validation"])}
        paths[f"{BASE}/{name}"] = {"post": operation}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Anju kiosk", "version": "0"},
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _operation(responses: dict[str, Any], refusal: Any) -> dict[str, Any]:
    answered = {"4XX": refusal} | responses
    return {
        "parameters": [KIOSK],
        "responses": {status: {"description": "", "content": _json(schema)} for status, schema in answered.items()},
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False)
