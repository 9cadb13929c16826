"""One advertisement, understood: who it names, and what each of its parts says.

Each known structure becomes a `Part`. A device's own data stands before plain beacon identities, so that `parts[0]` is
what a person would call the device. Structures nobody here knows are passed over in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from anju_drivers.ble import ad
from anju_drivers.ble.formats import (
    bthome,
    diract,
    eddystone,
    ela,
    holyiot,
    ibeacon,
    miband,
    mibeacon,
    minew,
    minew_tags,
    moko,
    qingping,
    ruuvi,
    sonoff,
    tags,
)
from anju_drivers.ble.formats.ibeacon import Beacon
from anju_drivers.ble.formats.values import Values

BEACON_FAMILIES = frozenset({"ibeacon", "altbeacon", "eddystone"})


class Part(NamedTuple):
    """What one structure says. `family` is the decoder's name, `model` the product as far as it is known.

    `counter` rises with each new message where the protocol has such a number; `trusted` says that it was decrypted,
    so that only the device can have numbered it.
    """

    family: str
    model: str
    values: Values
    counter: int | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Advert:
    """All of it. `own_address` (12 hex digits) is the address a device writes into its payload."""

    structures: tuple[tuple[int, bytes], ...]
    local_name: str = ""
    parts: tuple[Part, ...] = ()
    beacons: tuple[Beacon, ...] = ()
    uids: tuple[str, ...] = ()
    own_address: str | None = None


def decode(address: bytes, data: bytes, keys: Mapping[str, bytes] | None = None) -> Advert:
    """Advertising data of one sender (`address` as people write it). `keys` maps 12 hex digits to bind keys."""
    key = keys.get(address.hex()) if keys else None
    found = ad.structures(data)
    builder = _AdvertBuilder(address, key, _local_name(found))
    for kind, value in found:
        if kind == ad.SERVICE_DATA_16 and len(value) > 2:
            builder.service(value[0] | value[1] << 8, value[2:])
        elif kind == ad.MANUFACTURER_DATA and len(value) > 2:
            builder.manufacturer(value[0] | value[1] << 8, value[2:])
        elif kind == ad.UUID32_LIST:
            builder.uuid32_list(value)
    return builder.advert(tuple(found))


def _local_name(found: list[tuple[int, bytes]]) -> str:
    names = {kind: value for kind, value in found if kind in (ad.SHORT_NAME, ad.COMPLETE_NAME)}
    raw = names.get(ad.COMPLETE_NAME) or names.get(ad.SHORT_NAME) or b""
    return raw.decode("utf-8", "replace").rstrip("\0")


class _AdvertBuilder:
    def __init__(self, address: bytes, key: bytes | None, name: str) -> None:
        self._address, self._key, self._name = address, key, name
        self._parts: dict[str, Part] = {}
        self._beacons: list[Beacon] = []
        self._uids: list[str] = []
        self._own: str | None = None

    def advert(self, found: tuple[tuple[int, bytes], ...]) -> Advert:
        parts = sorted(self._parts.values(), key=lambda part: part.family in BEACON_FAMILIES)
        return Advert(found, self._name, tuple(parts), tuple(self._beacons), tuple(self._uids), self._own)

    def _add(self, part: Part) -> None:
        """Two structures of one device (temperature and battery) are one part."""
        before = self._parts.get(part.family)
        if before is not None:
            part = part._replace(
                values=before.values | part.values, counter=before.counter if part.counter is None else part.counter
            )
        self._parts[part.family] = part

    def _plain(self, family: str, model: str, values: Values | None, counter: int | None = None) -> None:
        if values is not None:
            self._add(Part(family, model, {name: value for name, value in values.items() if name != "uri"}, counter))

    def service(self, uuid16: int, value: bytes) -> None:
        match uuid16:
            case minew.UUID:
                self._plain("minew", "Minew", minew.service(value))
                self._own = minew.service_address(value) or self._own
            case eddystone.UUID:
                self._eddystone(value)
            case mibeacon.UUID:
                self._xiaomi(value)
            case holyiot.UUID:
                values = holyiot.service(value, self._address)
                self._plain("holyiot", "HolyIOT BLE tracker", values)
            case holyiot.BEACON_UUID:
                self._plain("holyiot", "HolyIOT Beacon", holyiot.beacon(value, self._address))
            case qingping.UUID | qingping.OLD_UUID:
                if known := qingping.service(value, self._address):
                    self._plain("qingping", *known)
            case moko.BUTTON_UUID if (trigger := moko.button(value)) is not None:
                self._plain("moko", "MOKO button", *trigger)
            case moko.BUTTON_INFO_UUID:
                self._plain("moko", "MOKO button", moko.button_info(value))
            case miband.UUID:
                if (scale := miband.scale(value)) is not None:
                    self._plain("miband", "Amazfit Smart Scale", scale)
                else:
                    self._plain("miband", "Mi Band", miband.steps(value))
            case ela.TEMPERATURE_UUID | ela.HUMIDITY_UUID:
                self._plain("ela", ela.model(self._name), ela.climate(uuid16, value))
            case _ if uuid16 in bthome.UUIDS:
                self._bthome(uuid16, value)
            case _ if uuid16 in tags.JAALEE_UUIDS:
                self._plain("jaalee", "JHT", tags.jaalee_service(value, self._address))
            case _ if uuid16 in tags.SWITCHBOT_UUIDS:
                if known := tags.switchbot(value):
                    self._plain("switchbot", *known)
            case _:
                pass

    def manufacturer(self, company: int, value: bytes) -> None:
        if value[:2] == b"\xbe\xac":
            beacon = ibeacon.altbeacon(value)
            if beacon is not None:
                self._plain("altbeacon", "AltBeacon", ibeacon.altbeacon_values(company, beacon))
                self._beacons.append(beacon)
            return
        match company:
            case ibeacon.APPLE:
                self._ibeacon(value)
            case minew_tags.COMPANY:
                self._plain("minew", "Minew", minew_tags.manufacturer(value))
                self._own = minew_tags.manufacturer_address(value) or self._own
            case moko.COMPANY:
                self._plain("moko", "MOKO", moko.manufacturer(value))
                self._own = moko.manufacturer_address(value) or self._own
            case ela.COMPANY:
                self._plain("ela", ela.model(self._name), ela.manufacturer(value), ela.touch_count(value))
            case ela.EYE_COMPANY:
                self._plain("eye", "EYE sensor", ela.eye(value))
            case miband.COMPANY:
                self._plain("miband", "Mi Band", miband.band(value))
            case ruuvi.COMPANY:
                air = value[0] == 0x06
                self._plain(
                    "ruuvi",
                    "Ruuvi Air" if air else "Ruuvitag",
                    ruuvi.manufacturer(value) if air else ruuvi.tag_values(value),
                )
            case tags.MIKROTIK:
                if known := tags.mikrotik(value):
                    self._plain("mikrotik", *known)
            case diract.COMPANY:
                self._plain("diract", "DirAct", diract.manufacturer(value))
            case _:
                pass

    def uuid32_list(self, value: bytes) -> None:
        if known := sonoff.decode(value, self._address):
            model, self._own, values = known
            packet = values["packet"]
            self._plain("sonoff", model, values, packet if isinstance(packet, int) else None)

    def _ibeacon(self, value: bytes) -> None:
        climate = tags.jaalee_ibeacon(value)
        if climate is not None:
            self._plain("jaalee", "JHT", climate)
            return
        beacon = ibeacon.ibeacon(value)
        if beacon is not None:
            self._plain("ibeacon", "iBeacon", ibeacon.ibeacon_values(beacon))
            self._beacons.append(beacon)

    def _eddystone(self, value: bytes) -> None:
        if (sensor := eddystone.kkm(value)) is not None:
            self._plain("kkm", "K6 Sensor Beacon", sensor)
        elif (tag := ruuvi.url_values(value)) is not None:
            self._plain("ruuvi", "Ruuvitag", tag)
        else:
            self._plain("eddystone", "Eddystone", eddystone.decode(value))
            if (uid := eddystone.uid(value)) is not None:
                self._uids.append(uid)

    def _xiaomi(self, value: bytes) -> None:
        message = mibeacon.decode(value, self._address, self._key)
        if message is None or (message.values is None and not message.encrypted):
            return
        counter = message.counter if message.counter is not None else message.packet
        values = {"packet": message.packet} | (message.values or {})  # without the key only the number can be read
        self._add(Part("xiaomi", message.model, values, counter, message.counter is not None))

    def _bthome(self, uuid16: int, value: bytes) -> None:
        message = bthome.decode(value, self._address, self._key, uuid16)
        if message is None:
            return
        values = bthome.values(message)
        packet = values.get("packet")
        if values:
            trusted = message.counter is not None
            counter = message.counter if trusted else packet if isinstance(packet, int) else None
            self._add(Part("bthome", "BTHome", values, counter, trusted))
