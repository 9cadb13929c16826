"""What a LoRaWAN server tells of its devices, whichever server it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Gateway:
    """One LoRaWAN gateway that heard an uplink."""

    gateway_id: str
    rssi_dbm: int
    snr_db: float


@dataclass(frozen=True, slots=True)
class Uplink:
    """An uplink of a device. `address` is the session's, changed by each join; `unique` names this delivery."""

    dev_eui: str
    counter: int
    port: int
    payload: bytes
    address: str
    unique: str
    gateways: tuple[Gateway, ...]
    profile: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A device has joined: its counter begins anew."""

    dev_eui: str
    address: str


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """What the LoRaWAN layer of a device says; a battery of None is unknown or mains."""

    dev_eui: str
    battery_pct: float | None
    margin_db: int


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """ack, txack, log, location, integration, downlinks: nothing for us."""

    dev_eui: str
    kind: str


Event: TypeAlias = Uplink | Joined | DeviceStatus | OtherEvent
