"""Asks a serial port who is behind it. Every question only reads; devices that do not know it ignore it.

First the port is listened to, since some devices speak by themselves; then each known question is asked in turn, at its
own speed. Nothing is sent that could switch, set or reset a device: relay boards and modems hang on such ports too.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from anju_drivers.ble import commands as ble
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, HciDecoder
from anju_drivers.card_reader import frames as rdm6300
from anju_drivers.card_reader import pn532
from anju_drivers.errors import LinkLost
from anju_drivers.idcard_sdt import frames as sdt
from anju_drivers.links.serial import SerialPort, SerialSettings, open_port

LISTEN_S = 0.3
ANSWER_S = 0.4
MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device said of itself. `driver` reads it (empty: none of ours), with `options` for its table.

    `key` names the very device where it has a number of its own: `ble:c0aa00000001`, `sdt:05.03-2009...`.
    """

    driver: str
    kind: str
    text: str
    key: str = ""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """What is behind a port: an identity, or `trouble` (held by another program, not permitted), or silence."""

    port: str
    identity: Identity | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One protocol's way to ask. `read` says whether the bytes so far are an answer."""

    baud: int
    ask: tuple[bytes, ...]
    read: Callable[[bytes], Identity | None]


def _read_ble(data: bytes) -> Identity | None:
    events = HciDecoder().feed(data)
    address = None
    is_known = False
    for event in events:
        if isinstance(event, CommandComplete) and event.opcode in (ble.READ_BD_ADDR, ble.ZEPHYR_READ_STATIC_ADDRESSES):
            is_known = True
            address = address or ble.identity(event.opcode, event.parameters)
        is_known = is_known or isinstance(event, AdvertisingReport)
    if not is_known:
        return None
    text = address.hex() if address else ""
    options: dict[str, object] = {"controller": text} if text else {}
    return Identity("ble", "receiver", f"Bluetooth controller {text}".strip(), f"ble:{text}" if text else "", options)


def _read_sdt(data: bytes) -> Identity | None:
    for frame in sdt.FrameDecoder().feed(data):
        if frame.checksum_ok and frame.is_reply:
            module = sdt.module_number(frame.data)
            key = f"sdt:{module}" if module else ""
            return Identity("idcard_sdt", "reader", f"ID card reader {module}".strip(), key)
    return None


def _read_pn532(data: bytes) -> Identity | None:
    for frame in pn532.FrameDecoder().feed(data):
        if frame.kind is pn532.Kind.RESPONSE and frame.command == pn532.GET_FIRMWARE_VERSION and len(frame.data) >= 3:
            text = f"NFC reader PN5{frame.data[0]:02x}, firmware {frame.data[1]}.{frame.data[2]}"
            return Identity("card_reader", "reader", text, options={"model": "pn532"})
    return None


def _read_rdm6300(data: bytes) -> Identity | None:
    if any(frame.card and not frame.error for frame in rdm6300.FrameDecoder().feed(data)):
        return Identity("card_reader", "reader", "125 kHz card reader RDM6300", options={"model": "rdm6300"})
    return None


def _read_rfxtrx(data: bytes) -> Identity | None:
    """The answer to "get status": interface message, subtype mode command. Source: RFXtrx user guide, 3.2."""
    at = max(data.find(b"\x0d\x01\x00"), data.find(b"\x14\x01\x00"))
    if at < 0 or len(data) < at + data[at] + 1:
        return None
    return Identity("rfxtrx", "receiver", f"RFXtrx 433 MHz transceiver, firmware {data[at + 6]}")


def _read_at(data: bytes) -> Identity | None:
    text = data.decode("ascii", "replace")
    version = re.search(r"AT\+VER=(\S+)", text)
    if version:
        return Identity("lorawan", "receiver", f"LoRa module {version[1]}", options={"mode": "serial"})
    maker = re.search(r"(?im)^\s*(quectel|simcom|huawei|fibocom|neoway|air7\w+|luat\w*)\b.*$", text)
    if maker:
        return Identity("", "modem", f"modem {maker[0].strip()}")
    return Identity("", "modem", "answers AT commands") if re.search(r"(?m)^OK\r?$", text) else None


_SDT = Question(115200, (sdt.command(sdt.MODULE_NUMBER),), _read_sdt)
_BLE = Question(115200, (ble.command(ble.READ_BD_ADDR), ble.command(ble.ZEPHYR_READ_STATIC_ADDRESSES)), _read_ble)
_PN532 = Question(115200, (pn532.WAKE_UP + pn532.command(pn532.GET_FIRMWARE_VERSION),), _read_pn532)
_AT = Question(115200, (b"\r\nAT+VER=?\r\n", b"ATI\r\n"), _read_at)
_RFXTRX = Question(38400, (bytes.fromhex("0d00000102000000000000000000"),), _read_rfxtrx)
_RDM6300 = Question(9600, (), _read_rdm6300)
QUESTIONS = (_BLE, _SDT, _PN532, _AT, _RFXTRX, _RDM6300)


async def ask(port: str, questions: tuple[Question, ...] = QUESTIONS, wait_s: float = ANSWER_S) -> PortAnswer:
    """Opens a port exclusively and asks until something answers. Raises nothing: what went wrong is in the answer."""
    bauds = dict.fromkeys(question.baud for question in questions)
    for baud in bauds:
        heard = bytearray()
        news = asyncio.Event()

        def received(data: bytes, heard: bytearray = heard, news: asyncio.Event = news) -> None:
            heard.extend(data[: MAX_BYTES - len(heard)])
            news.set()

        at_this = [question for question in questions if question.baud == baud]
        try:
            async with await open_port(SerialSettings(port, baud), received) as line:
                found = await _talk(line, at_this, heard, news, wait_s)
        except LinkLost as lost:
            return PortAnswer(port, trouble=lost.cause)
        if found:
            return PortAnswer(port, found)
    return PortAnswer(port)


async def _talk(
    line: SerialPort, questions: list[Question], heard: bytearray, news: asyncio.Event, wait_s: float
) -> Identity | None:
    found = await _until(lambda: _first(questions, bytes(heard)), news, min(LISTEN_S, wait_s))
    for question in questions:
        if found:
            break
        for data in question.ask:
            heard.clear()
            line.write(data)
            reading = partial(_read_with, question, heard)
            found = await _until(reading, news, wait_s) or found
            if found and found.key:
                break
    return found


def _read_with(question: Question, heard: bytearray) -> Identity | None:
    return question.read(bytes(heard))


def _first(questions: list[Question], data: bytes) -> Identity | None:
    return next(filter(None, (question.read(data) for question in questions)), None)


async def _until(read: Callable[[], Identity | None], news: asyncio.Event, wait_s: float) -> Identity | None:
    """The identity as soon as the bytes tell it, or None after the wait."""
    found: Identity | None = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            while not (found := read()):
                news.clear()
                await news.wait()
    return found
