"""Items of the vector file `discovery.json` in the vocabulary of their `expect`, for tests and comparisons."""

from __future__ import annotations

from collections.abc import Mapping

from anju_edge.discovery.answers import DHDISCOVER, SADP, WS_DISCOVERY, Answer, NoAnswer, endpoint_id, read


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """`devices` and `error`, or `endpoint` for an address alone. Raises `ValueError` on an item without input."""
    text, digits, context = item.get("input_text"), item.get("input_hex"), item.get("context")
    source = str(context.get("source_ip", "")) if isinstance(context, Mapping) else ""
    if item.get("content_type") == "text/plain" and isinstance(text, str):
        return {"endpoint": endpoint_id(text)}
    if isinstance(text, str):
        data = text.encode()
        is_sadp = item.get("content_type") == "application/xml" or ("<Probe" in text and "Envelope" not in text)
        protocol = SADP if is_sadp else WS_DISCOVERY
    elif isinstance(digits, str):
        data, protocol = bytes.fromhex(digits), DHDISCOVER
    else:
        raise ValueError("input_text or input_hex is needed")
    try:
        found = read(protocol, data, source)
    except NoAnswer:
        return {"devices": [], "error": True}
    return {"devices": [_fields(one) for one in found], "error": None}


def _fields(answer: Answer) -> dict[str, object]:
    texts = (
        "protocol", "mac", "mac_hint", "endpoint", "name", "hardware", "model", "serial", "manufacturer", "version",
        "device_class", "ip", "relates_to", "probe_id",
    )  # fmt: skip
    fields: dict[str, object] = {key: getattr(answer, key) or None for key in texts}
    return fields | {
        "http_port": answer.http_port,
        "activated": answer.activated,
        "dhcp": answer.dhcp,
        "reachable": answer.reachable,
        "xaddrs": list(answer.xaddrs),
        "types": list(answer.types),
        "scopes_count": len(answer.scopes),
    }
