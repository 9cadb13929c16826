"""Options that all camera drivers have: the site's own types, timing of triggers, addresses and secrets."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from anju_drivers.cameras.triggers import KINDS, TriggerTiming
from anju_drivers.options import Options

MIN_SECRET = 16

TRIGGER_OPTIONS = {
    "types": "table of raw event type -> kind, such as falldetection = 'fall'; goes before the built-in table",
    "clear_after_s": "seconds after the last repeat at which a trigger ends by itself, 2 to 3600",
    "pulse_hold_s": "seconds in which repeats of a trigger that has no end are folded, 0 to 600",
    "min_gap_s": "seconds between two beginnings of one trigger, 0 to 60; 2",
    "noisy_per_min": "beginnings a minute beyond which a camera is called noisy, 2 to 600; 20",
}


def trigger_types(table: Options) -> dict[str, str]:
    """The site's raw types in lower case -> kinds. Raises `DriverConfigError` with the key."""
    types: dict[str, str] = {}
    for raw, kind in table.table("types").items():
        if not isinstance(kind, str) or kind not in KINDS:
            raise table.fail(f"types.{raw}", f"must be one of {', '.join(sorted(KINDS))}")
        types[raw.lower()] = kind
    return types


def trigger_timing(table: Options, default: TriggerTiming) -> TriggerTiming:
    """`default` is the driver's own. Raises `DriverConfigError` with the key."""
    given_s = default.clear_after_s
    return replace(
        default,
        clear_after_s=table.number("clear_after_s", given_s, 2, 3600) if "clear_after_s" in table else given_s,
        pulse_hold_s=table.number("pulse_hold_s", default.pulse_hold_s, 0, 600),
        min_gap_s=table.number("min_gap_s", default.min_gap_s, 0, 60),
        noisy_per_min=table.integer("noisy_per_min", default.noisy_per_min, 2, 600),
    )


def camera_url(table: Options) -> str:
    """`url` as http(s)://address[:port]. Raises `DriverConfigError`."""
    url = table.text("url").rstrip("/")
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_good = False
    if not is_good or parts.path or parts.query or parts.username:
        raise table.fail("url", "must be http://address or https://address, without path or password")
    return url


def camera_user(table: Options) -> str:
    """`user`, usable with HTTP digest. Raises `DriverConfigError`."""
    user = table.text("user")
    if ":" in user:
        raise table.fail("user", "must not hold a colon")
    return user


def certificate_pin(table: Options) -> bytes | None:
    """`certificate_sha256` as bytes, None when absent. Raises `DriverConfigError`."""
    pin = re.sub(r"[:\s]", "", table.text("certificate_sha256", ""))
    if pin and not re.fullmatch(r"[0-9a-fA-F]{64}", pin):
        raise table.fail("certificate_sha256", "must be 64 hex digits")
    return bytes.fromhex(pin) or None


def path_secret(table: Options) -> str:
    """`secret` or `secret_file`, usable in a URL's path. Raises `DriverConfigError`."""
    secret = table.secret("secret")
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{MIN_SECRET},128}}", secret):
        raise table.fail("secret", f"must be {MIN_SECRET} to 128 characters of A-Z a-z 0-9 _ -")
    return secret


def source_addresses(table: Options) -> frozenset[str]:
    """`sources`: IP addresses, empty for any. Raises `DriverConfigError`."""
    sources = table.texts("sources")
    for source in sources:
        try:
            ipaddress.ip_address(source)
        except ValueError as error:
            raise table.fail("sources", f"{source!r} is no IP address") from error
    return frozenset(sources)


def mac_address(table: Options) -> str:
    """`mac` with colons in lower case, empty when absent. Raises `DriverConfigError`."""
    digits = re.sub(r"[:-]", "", table.text("mac", "").lower())
    if digits and not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise table.fail("mac", "must be a MAC address such as 1e:70:fe:e0:b2:be")
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def sub_tables(table: Options, key: str, known: Mapping[str, str], what: str) -> dict[str, Options]:
    """The named tables under `key`, at least one. Raises `DriverConfigError`."""
    tables: dict[str, Options] = {}
    for name, value in table.table(key).items():
        if not isinstance(value, Mapping):
            raise table.fail(f"{key}.{name}", "must be a table")
        tables[name] = Options(value, known, f"{key}.{name}.")
    if not tables:
        raise table.fail(key, f"at least one {what} is needed")
    return tables


def key_part(text: str) -> str:
    """A name as part of a device key: lower case, no blanks, at most 48 characters."""
    return re.sub(r"[^\w.-]+", "-", text.strip().lower())[:48]


def event_word(text: object) -> str:
    """A type as the camera spells it; whatever else stands there might be private and is cut off."""
    found = re.match(r"[\w.:/ -]{1,48}", text.strip(), re.ASCII) if isinstance(text, str) else None
    return found[0].rstrip() if found else ""
