"""People who cannot be mistaken for anything else, a day of theirs at a box, and a search for them in raw files."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import zstandard

from anju_drivers.driver import AlarmReading, CardMethod, CardReading, Reason, Sighting
from anju_protos.roster_file import masked, token_hash
from anju_protos.v1.event_pb2 import RESPONDING, Actor, IncidentStep
from support.box_parts import Parts

SALT = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"
_SURNAMES, _SYLLABLES, _LAST = "鄂尉迟澹台", "鹮鹬鹳鸮鸫鹀", "甪亓亖"
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1
_MOST_PACKED = 8192  # of a segment
_BLOCK = 4096
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999


@dataclass(frozen=True)
class Person:
    """One of them. `tail`: the last digits of the phone, as a token."""

    id: str
    name: str
    flat: str
    zone: str
    band: str
    card: str
    id_number: str
    phone: str

    @property
    def tokens(self) -> tuple[str, str, str, str]:
        return f"em4100:{self.card}", f"idcard:{self.id_number}", f"phone:{self.phone}", f"tail:{self.phone[-4:]}"


def people(luck: random.Random, count: int) -> list[Person]:
    """Returns `count` of them."""
    tails = luck.sample(range(10_000), count)
    return [_person(luck, number, tail) for number, tail in enumerate(tails)]


def _person(luck: random.Random, number: int, tail: int) -> Person:
    born = date(1930, 1, 1) + timedelta(days=luck.randrange(9_000))
    first = f"990199{born:%Y%m%d}{number:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]
    return Person(
        id=f"r-{luck.randrange(1 << 40):010x}",
        name=luck.choice(_SURNAMES) + "".join(luck.sample(_SYLLABLES, 2)) + luck.choice(_LAST),
        flat=f"{luck.randrange(70, 99)}-{luck.randrange(70, 99)}-{luck.randrange(7_000, 9_999)}",
        zone=f"zone-{luck.randrange(1 << 32):08x}",
        band=f"c3{luck.randrange(1 << 40):010x}",
        card=f"{luck.randrange(1 << 40):010X}",
        id_number=first + check,
        phone=f"199{luck.randrange(10**4):04d}{tail:04d}",
    )


def roster(everybody: Iterable[Person]) -> str:
    """Returns the community's file."""
    lines = [
        'community = "ningdu"', "revision = 1", 'name_zh = "柠都社区"', 'time_zone = "Asia/Shanghai"',
        f'token_salt = "{SALT}"',
        "[[activities]]", 'id = "all-day"', 'title_zh = "阅览室"', 'starts = "00:00"', 'ends = "24:00"',
    ]  # fmt: skip
    for one in everybody:
        lines += ["[[zones]]", f'id = "{one.zone}"', f'label_zh = "{one.flat}"']
        lines += ["[[devices]]", f'key = "ble:receiver-{one.zone}"', 'kind = "receiver"', f'zone = "{one.zone}"']
        lines += ["[[devices]]", f'key = "ble:{one.band}"', 'kind = "band"', f'zone = "{one.zone}"']
        lines += ["[[residents]]", f'id = "{one.id}"', f'name = "{one.name}"', f'flat = "{one.flat}"']
        lines += ["[[bindings]]", f'device = "ble:{one.band}"', f'resident = "{one.id}"']
        for token in one.tokens:
            lines += ["[[tokens]]", f'token = "{token}"', f'resident = "{one.id}"']
    return "\n".join(lines) + "\n"


async def an_hour(box: Parts, everybody: list[Person], luck: random.Random) -> None:
    """Bands that are heard and move, presses that are answered and some that are not, cards at the reader."""
    for _ in range(6):
        for one in everybody:
            where = one.zone if luck.random() < 0.8 else luck.choice(everybody).zone
            box.intake.take(Sighting(f"ble:{one.band}", f"ble:receiver-{where}", -40 - luck.randrange(40)))
        box.clock.advance(600_000)
        box.intake.tick()
        box.incidents.tick()
        box.kiosk_service.tick()
    for one in luck.sample(everybody, max(1, len(everybody) // 10)):
        box.intake.take(AlarmReading(f"ble:{one.band}", frozenset({Reason.SOS}), luck.randbytes(4), 2.0))
        token = luck.choice(one.tokens)
        method = CardMethod.CARD if token.startswith("em") else CardMethod.ID_CARD
        box.kiosk_service.card(CardReading("card_reader:kiosk-1", token, method), box.clock.stamp())
    for local in box.incidents.open():
        if luck.random() < 0.5:
            me = Actor(role=Actor.RESPONDER, id="m-1", place="kiosk-1")
            box.incidents.acknowledge(local.key, me)
            box.incidents.step(local, IncidentStep(state=RESPONDING, actor=me), local.incident.mark)
            box.incidents.resolve(local.key, me, "helped")
    await box.journal.flush()


# The search ----------------------------------------------------------------------------------------------------------


def secrets_of(one: Person) -> dict[str, list[bytes]]:
    """What of a person must be nowhere but in the emergency file, and what not even there, by what it is."""
    salt = bytes.fromhex(SALT)
    hashes = [token_hash(salt, token) for token in one.tokens]
    return {
        "name": _written(one.name),
        "masked name": _written(masked(one.name)),
        "id number": [*_written(one.id_number), *_hashed(hashes[1])],
        "phone": [*_written(one.phone), *_hashed(hashes[2])],
        "tail": [*_written(one.tokens[3]), *_hashed(hashes[3])],
        "card": [*_written(one.card), bytes.fromhex(one.card)],
        "flat": _written(one.flat),
        "band": [*_written(one.band), bytes.fromhex(one.band)],
        "resident": _written(one.id),
        "zone": _written(one.zone),
        "card's hash": _hashed(hashes[0]),
    }


NEVER = ("name", "masked name", "id number", "phone", "tail", "card")  # not in the emergency file either
IN_LOGS = ("name", "masked name", "id number", "phone", "card", "flat", "resident")  # must not be in logs and figures


def _written(text: str) -> list[bytes]:
    forms = [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030")]
    plain = text.encode()
    for forming in (plain, text.encode("gb18030")):
        forms += [forming.hex().encode(), forming.hex().upper().encode()]
        forms += [_base64_core(forming, at) for at in range(3)]
    forms.append(ascii(text).strip("'").encode())
    if text.upper() != text or text.lower() != text:
        forms += [text.upper().encode(), text.lower().encode()]
    return list(dict.fromkeys(forms))


def _hashed(value: bytes) -> list[bytes]:
    return [value, value.hex().encode(), value.hex().upper().encode(), *(_base64_core(value, at) for at in range(3))]


def _base64_core(data: bytes, at: int) -> bytes:
    """What of it stands in base64 whatever is around it, where it begins `at` bytes after a border of three."""
    whole = base64.b64encode(bytes(at) + data)
    first = (at * 8 + 5) // 6
    last = (at + len(data)) * 8 // 6
    return whole[first:last]


def found(files: Mapping[str, bytes], everybody: Iterable[Person], kinds: Iterable[str] | None = None) -> list[str]:
    """Returns what stands in the files, as "kind in file": each kind once a file. Packed parts are looked into."""
    forms: dict[str, set[bytes]] = {}
    for one in everybody:
        for kind, written in secrets_of(one).items():
            if kinds is None or kind in kinds:
                forms.setdefault(kind, set()).update(form for form in written if len(form) > 4)
    seen: set[bytes] = set()
    hits = []
    for name, data in files.items():
        new = b"\n".join(_unseen(part, seen) for part in _parts(data))
        hits += [f"{kind} in {name}" for kind, any_of in forms.items() if any(form in new for form in any_of)]
    return hits


def _unseen(data: bytes, seen: set[bytes]) -> bytes:
    """What no earlier file had: the same pages stand in several looks at one file. Blocks overlap by 128 bytes."""
    blocks = []
    for at in range(0, len(data), _BLOCK):
        block = data[at : at + _BLOCK + 128]
        digest = sha256(block).digest()
        if digest not in seen:
            seen.add(digest)
            blocks.append(block)
    return b"".join(blocks)


def _parts(data: bytes) -> Iterator[bytes]:
    """The bytes, and all zstd frames in them, unpacked as far as they can be."""
    yield data
    at = data.find(_ZSTD)
    while at >= 0:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        try:
            yield unpacker.decompress(data[at : at + _MOST_PACKED])
        except zstandard.ZstdError:
            pass
        at = data.find(_ZSTD, at + 1)
