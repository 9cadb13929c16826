"""What a page sends, checked field by field, and the refusal that says whose fault it is and what to do next."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import asdict

from aiohttp import web

from anju_edge.kiosk.answers import ErrorCode, Fault, Refusal
from anju_edge.kiosk.backend import Text

BODY_S = 5.0
_ID = re.compile(r"[A-Za-z0-9._:/-]{1,128}")


class Refused(Exception):
    """An answer to a request that is not served: status, error code, whose fault, what next."""

    def __init__(self, status: int, error: ErrorCode, fault: Fault, zh: str, en: str, detail: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.body = asdict(Refusal(error, fault, Text(zh, en), detail))


def bad_request(detail: str) -> Refused:
    """The page sent something that no page of ours sends; `detail` is for developers."""
    return Refused(400, "bad_request", "page", "请重试一次", "Please try once more", detail)


async def json_body(request: web.Request) -> dict[str, object]:
    """The request's JSON object. Raises `Refused` for anything else and for a body that takes too long."""
    try:
        async with asyncio.timeout(BODY_S):
            body = json.loads(await request.read())
    except TimeoutError as error:
        raise Refused(408, "too_slow", "page", "请重试一次", "Please try once more") from error
    except web.RequestPayloadError as error:
        raise bad_request("the body broke its own framing") from error
    except (ValueError, RecursionError) as error:  # thousands of brackets fit into the size limit
        raise bad_request("the body is not JSON") from error
    except RuntimeError as error:  # aiohttp's word for a page that was gone before the reading began
        raise bad_request("the connection ended within the body") from error
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body


def text(body: Mapping[str, object], key: str, max_chars: int) -> str:
    """A text without control characters; empty if the key is missing or null."""
    value = body.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > max_chars or not value.isprintable():
        raise bad_request(f"{key} must be at most {max_chars} printable characters")
    return value


def identifier(body: Mapping[str, object], key: str) -> str:
    """An id that the box handed out: letters, digits and `._:/-`."""
    value = body.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise bad_request(f"{key} must be an id of at most 128 characters")
    return value


def identifiers(body: Mapping[str, object], key: str, at_most: int) -> tuple[str, ...]:
    """A list of ids that the box handed out; none if the key is missing."""
    value = body.get(key, [])
    if not isinstance(value, list) or len(value) > at_most:
        raise bad_request(f"{key} must be a list of at most {at_most} ids")
    return tuple(identifier({key: one}, key) for one in value)


def hex_bytes(body: Mapping[str, object], key: str, size: int) -> bytes:
    """Exactly `size` bytes, written in hex."""
    value = body.get(key)
    try:
        data = bytes.fromhex(value) if isinstance(value, str) and len(value) <= 4 * size else b""
    except ValueError:
        data = b""
    if len(data) != size:
        raise bad_request(f"{key} must be {size} bytes in hex")
    return data


def number(body: Mapping[str, object], key: str, at_most: int) -> int:
    """A whole number from 0 to `at_most`; true and 1.0 are none."""
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= at_most:
        raise bad_request(f"{key} must be a whole number from 0 to {at_most}")
    return value
