#!/usr/bin/env bash
# fastapi 0.165.0: what the OpenAPI document says of an endpoint with EventSourceResponse (fastapi.sse).
#
# 1. A refusal with a model, responses={404: {"model": Refusal}}, is documented as text/event-stream. It is sent as
#    application/json, as FastAPI's handler of HTTPException does. Seen:
#      404 documented text/event-stream, sent application/json
#      422 documented application/json,  sent application/json
#    FastAPI's own 422 of the same endpoint is right. OpenAPI 3.1.0, 4.8.17 "Response Object": the keys of content are
#    the media types of the payload. Nothing but the 200 of such an endpoint is a stream.
# 2. The document calls itself OpenAPI 3.1.0 but describes the events with itemSchema. That field came with OpenAPI
#    3.2.0; a Media Type Object of 3.1 has no such field. openapi-spec-validator 0.9.0 refuses the document for it:
#      Unevaluated properties are not allowed ('itemSchema' was unexpected)
#
# So: give each refusal its media type and schema in full (content=) instead of a model, and set app.openapi_version to
# 3.2.0, with which the same document is valid, or cut itemSchema for generators that know 3.1 only.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps \
  fastapi==0.165.0 starlette==1.10.0 pydantic==2.14.4 pydantic-core==2.50.5 pydantic-settings==2.16.3 \
  python-dotenv==1.2.4 annotated-doc==0.0.7 annotated-types==0.8.0 typing-extensions==4.16.0 typing-inspection==0.4.5 \
  anyio==4.16.0 idna==3.20 httpx==0.28.1 httpcore==1.0.9 h11==0.16.0 certifi==2026.10.19.post1 \
  opentelemetry-api==1.45.2 openapi-spec-validator==0.9.0 openapi-schema-validator==0.9.0 jsonschema==4.26.0 \
  jsonschema-path==0.5.0 jsonschema-specifications==2025.9.1 lazy-object-proxy==1.13.0 pathable==0.6.0 attrs==26.1.0 \
  referencing==0.37.0 rpds-py==2026.9.1 rfc3339-validator==0.1.4 six==1.17.0 PyYAML==6.0.4

"$work/env/bin/python" - <<'PY'
import asyncio
import sys
from collections.abc import AsyncIterable

import httpx
from fastapi import Depends, FastAPI, HTTPException
from fastapi.sse import EventSourceResponse
from openapi_spec_validator import OpenAPIV31SpecValidator, OpenAPIV32SpecValidator
from pydantic import BaseModel


class Call(BaseModel):
    room: str


class Refusal(BaseModel):
    detail: str


async def known(house: str) -> None:
    if house != "one":
        raise HTTPException(404, "no such house")


app = FastAPI()


@app.get(
    "/{house}/calls",
    response_class=EventSourceResponse,
    responses={404: {"model": Refusal}},
    dependencies=[Depends(known)],
)
async def calls(house: str, since: int = 0) -> AsyncIterable[Call]:
    yield Call(room="301")


async def sent() -> dict[str, str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
        answers = [await client.get(url) for url in ("/one/calls", "/two/calls", "/one/calls?since=noon")]
    return {str(answer.status_code): answer.headers["content-type"].split(";")[0] for answer in answers}


document = app.openapi()
responses = document["paths"]["/{house}/calls"]["get"]["responses"]
documented = {status: next(iter(response["content"])) for status, response in responses.items()}
really = asyncio.run(sent())
for status in sorted(really):
    print(f"{status} documented {documented[status]}, sent {really[status]}")
if really != {"200": "text/event-stream", "404": "application/json", "422": "application/json"}:
    sys.exit("FastAPI sends other media types now")
if documented != {"200": "text/event-stream", "404": "text/event-stream", "422": "application/json"}:
    sys.exit("FastAPI documents other media types for the refusals of an event stream now")

version, stream = document["openapi"], responses["200"]["content"]["text/event-stream"]
print(f"OpenAPI {version}, the stream is described by: {', '.join(stream)}")
if version != "3.1.0" or list(stream) != ["itemSchema"]:
    sys.exit("FastAPI's document has another version or describes the stream otherwise now")
errors = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
print(*errors, sep="\n")
if errors != ["Unevaluated properties are not allowed ('itemSchema' was unexpected)"]:
    sys.exit("the validator for OpenAPI 3.1 no longer refuses the document for itemSchema alone")
if not OpenAPIV32SpecValidator(document | {"openapi": "3.2.0"}).is_valid():
    sys.exit("the document is not valid as OpenAPI 3.2 any more")
PY
