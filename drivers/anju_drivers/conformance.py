"""What every driver must keep, as checks that its author can run: `await check_driver(SPEC)`.

No test framework is needed. Each check raises `NotConformant` with the rule and what was seen. `tests/drivers` runs
all of them for every registered driver.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType

from anju_drivers.cameras.triggers import KINDS
from anju_drivers.driver import (
    AlarmReading,
    Driver,
    DriverSpec,
    Explained,
    LinkReading,
    Reading,
    Reason,
    StateReading,
    TriggerReading,
)
from anju_drivers.errors import DriverConfigError
from anju_drivers.testing.cases import hear
from anju_drivers.testing.cases import presses as count_presses
from anju_drivers.testing.hostile import hostile, with_number_everywhere
from anju_drivers.testing.simulation import Simulator
from anju_drivers.unknown_code import UNKNOWN

CANCEL_S = 1.0
COMES_BACK_S = 3.0
MEMORY_BYTES = 192 * 1024
FLOOD_BYTES = 384 * 1024
CALLS_FOR_HELP = frozenset({Reason.SOS, Reason.PANIC, Reason.FALL, Reason.CALL_BUTTON})
_DEVICE = re.compile(r"[a-z0-9_]+:[^\sA-Z]{1,64}")


class NotConformant(AssertionError):
    """A rule is broken. `rule` names the check, `detail` says what was seen."""

    def __init__(self, spec: DriverSpec, rule: str, detail: str) -> None:
        super().__init__(f"driver {spec.name}: {rule}: {detail}")
        self.driver, self.rule, self.detail = spec.name, rule, detail


class RecordingIntake:
    """An intake that keeps what it is given, for tests. `until` waits for a reading instead of for time."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.frames: dict[str, int] = {}
        self.errors: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done.set_result(None)

    def take(self, reading: Reading) -> Awaitable[None]:
        self.readings.append(reading)
        self._changed.set()
        return self._done

    def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
        self.frames[device] = self.frames.get(device, 0) + frames
        self.errors[device] = self.errors.get(device, 0) + errors
        self._changed.set()

    async def until(self, *wanted: type[Reading] | object, timeout_s: float = 5.0, after: int = 0) -> Reading:
        """The first reading from index `after` on that equals, or is of a type in, `wanted`. Raises `TimeoutError`."""
        kinds = tuple(one for one in wanted if isinstance(one, type))
        async with asyncio.timeout(timeout_s):
            while True:
                for reading in self.readings[after:]:
                    if reading in wanted or (kinds and isinstance(reading, kinds)):
                        return reading
                self._changed.clear()
                await self._changed.wait()

    async def until_heard(self, *, frames: int = 0, errors: int = 0, timeout_s: float = 5.0) -> None:
        """Until so many frames and errors were counted over all devices. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout_s):
            while sum(self.frames.values()) < frames or sum(self.errors.values()) < errors:
                self._changed.clear()
                await self._changed.wait()


def check_spec(spec: DriverSpec) -> None:
    """Names and texts are there, and an unknown option is refused by its name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", spec.name):
        raise NotConformant(spec, "name", "must be lower case, digits and _")
    if not spec.summary_zh.strip() or not spec.summary_en.strip():
        raise NotConformant(spec, "summary", "both languages are needed")
    try:
        spec.create("conformance", {"no_such_option": 1})
    except DriverConfigError as error:
        if "no_such_option" not in error.key:
            raise NotConformant(spec, "options", f"the error names {error.key!r}, not the unknown key") from error
    else:
        raise NotConformant(spec, "options", "an unknown key was accepted")


def check_junk(spec: DriverSpec, captures: Iterable[bytes] = (), rounds: int = 200, seed: int = 1) -> None:
    """explain() and the decoder never raise: on noise, on cut and on damaged captures."""
    rng = random.Random(seed)
    samples = [b"", b"\x00", b"\xff" * 300, b"<" * 300, b"--" * 300, b"{" * 300, *captures]
    for number in range(rounds):
        base = bytearray(rng.choice(samples) if number % 2 else rng.randbytes(rng.randrange(400)))
        for _ in range(rng.randrange(4)):
            if base:
                base[rng.randrange(len(base))] = rng.randrange(256)
        data = bytes(base[: rng.randrange(len(base) + 1)]) if number % 3 == 0 else bytes(base)
        _check_values(spec, "junk", spec.explain(data))
        if spec.decoder:
            _check_values(spec, "junk", spec.decoder().feed(data))


def check_hostile(spec: DriverSpec, captures: Iterable[bytes] = (), seed: int = 1, rounds: int = 12) -> None:
    """Captures with text, numbers, sizes and depths that no device should send: nothing raises, readings stay ones.

    Text that UTF-8 cannot hold may come out of a reading; the box's intake writes it differently.
    """
    for capture in captures:
        for data in hostile(capture, seed, rounds):
            _check_values(spec, "hostile", spec.explain(data))
            if spec.decoder:
                _check_values(spec, "hostile", spec.decoder().feed(data))


def check_numbers(spec: DriverSpec, captures: Iterable[bytes]) -> None:
    """JSON's numbers have no end: wherever one larger than a float or none at all stands, nothing raises."""
    for capture in captures:
        for number in (10**400, -(10**400), 1e308, float("nan")):
            for data in with_number_everywhere(capture, number):
                _check_values(spec, "numbers", spec.explain(data))
                if spec.decoder:
                    _check_values(spec, "numbers", spec.decoder().feed(data))


def check_chunks(spec: DriverSpec, captures: Iterable[bytes], seed: int = 1) -> None:
    """Whatever the chunks, the decoder gives the same; and it is not disturbed by what came before."""
    if spec.decoder is None:
        return
    rng = random.Random(seed)
    for data in captures:
        whole = spec.decoder().feed(data)
        _check_values(spec, "chunks", whole)
        for size in (1, 2, 7, rng.randrange(3, 64)):
            decoder = spec.decoder()
            parts = [one for at in range(0, len(data), size) for one in decoder.feed(data[at : at + size])]
            if parts != whole:
                raise NotConformant(spec, "chunks", f"{len(whole)} frames whole, others in chunks of {size}")


def check_memory(spec: DriverSpec, seed: int = 1) -> None:
    """384 KiB of noise that never ends a frame leave less than 192 KiB in the decoder."""
    if spec.decoder is None:
        return
    rng = random.Random(seed)
    for noise in (rng.randbytes(4096), b"\x02" * 4096, b"<a>" + b"<b>" * 1400, b"0" * 4096):
        decoder = spec.decoder()
        for _ in range(FLOOD_BYTES // len(noise)):
            decoder.feed(noise)
        held = _held_bytes(decoder)
        if held > MEMORY_BYTES:
            raise NotConformant(spec, "memory", f"{held} bytes held after {FLOOD_BYTES} bytes of noise")


def _held_bytes(root: object) -> int:
    """Bytes of all that `root` refers to, code and classes left out."""
    seen: set[int] = set()
    waiting, size = [root], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | BuiltinFunctionType):
            continue
        seen.add(id(one))
        size += sys.getsizeof(one)
        waiting += gc.get_referents(one)
    return size


def check_codes(spec: DriverSpec, unknown: Iterable[Mapping[str, object]]) -> None:
    """An unknown code is news for staff: never an emergency, and never nothing.

    `unknown` are items of case form (`testing/cases.py`), each with one code that the driver's tables do not have.
    """
    for item in unknown:
        readings = [reading for _, explained in hear(spec, item) for reading in explained.readings]
        if raised := [reading for reading in readings if isinstance(reading, AlarmReading)]:
            raise NotConformant(spec, "codes", f"{item.get('name')}: raised {sorted(raised[0].reasons)}")
        details = [reading.detail for reading in readings if isinstance(reading, StateReading)]
        if not any(detail.startswith(UNKNOWN) for detail in details):
            raise NotConformant(spec, "codes", f"{item.get('name')}: nobody is told; states say {details}")


def check_presses(spec: DriverSpec, presses: Iterable[Mapping[str, object]]) -> None:
    """A press is never dropped by a counter, a level, a missing fix or a neighbouring field.

    `presses` are items of case form: each is a call for help, or a sequence whose `expect` says how many (`presses`).
    """
    for item in presses:
        heard = list(hear(spec, item))
        alarms = [one for _, explained in heard for one in explained.readings if isinstance(one, AlarmReading)]
        if not any(one.reasons & CALLS_FOR_HELP for one in alarms):
            raise NotConformant(spec, "presses", f"{item.get('name')}: no call for help in {len(alarms)} alarms")
        expect = item.get("expect")
        wanted = expect.get("presses") if isinstance(expect, Mapping) else None
        if wanted is not None and count_presses(heard) != wanted:
            raise NotConformant(spec, "presses", f"{item.get('name')}: {count_presses(heard)} presses, not {wanted}")


async def check_link(spec: DriverSpec, simulator_options: Mapping[str, object] | None = None) -> list[Reading]:
    """Over its real link: a demonstration yields readings, a returning device is heard, cancelling frees the link."""
    if spec.simulate is None:
        return []
    simulator = spec.simulate(simulator_options or {})
    if not isinstance(simulator, Simulator):
        raise NotConformant(spec, "simulator", f"{type(simulator).__name__} is no Simulator")
    async with running(simulator):
        intake = RecordingIntake()
        driver = spec.create("conformance", simulator.driver_options())
        if not isinstance(driver, Driver):
            raise NotConformant(spec, "create", f"{type(driver).__name__} is no Driver")
        task = asyncio.create_task(driver.run(intake), name=driver.name)
        try:
            await _comes(spec, "up", task, intake, 5.0, after=0)
            await _shows(spec, "demonstration", task, intake, simulator)
            simulator.unplug()
            before = len(intake.readings)
            simulator.replug()
            await _ready(spec, simulator)
            await _shows(spec, "after replug", task, intake, simulator, before)
        finally:
            await _cancel(spec, task)
        again = asyncio.create_task(spec.create("conformance", simulator.driver_options()).run(intake))
        try:  # the port or connection is free for the next one
            before = len(intake.readings)
            await _shows(spec, "second start", again, intake, simulator, before)
        finally:
            await _cancel(spec, again)
    for reading in intake.readings:
        _check_reading(spec, "link", reading)
    return intake.readings


async def check_driver(spec: DriverSpec, captures: Iterable[bytes] = ()) -> None:
    """All checks. `captures` are real byte streams of the device, the more the better. Raises `NotConformant`."""
    captures = list(captures)
    check_spec(spec)
    check_junk(spec, captures)
    check_hostile(spec, captures)
    check_numbers(spec, captures)
    check_chunks(spec, captures)
    check_memory(spec)
    await check_link(spec)


@contextlib.asynccontextmanager
async def running(simulator: Simulator) -> AsyncIterator[None]:
    """Runs a simulator, ready when the context begins, ended when it leaves."""
    task = asyncio.create_task(simulator.run(), name="simulator")
    ready = asyncio.create_task(simulator.ready.wait(), name="simulator ready")
    try:
        await asyncio.wait([task, ready], timeout=5, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task  # raises what stopped it
        yield
    finally:
        ready.cancel()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _is_content(reading: Reading) -> bool:
    return not isinstance(reading, LinkReading)


async def _comes(
    spec: DriverSpec, rule: str, task: asyncio.Task[None], intake: RecordingIntake, timeout_s: float, after: int
) -> None:
    """Until the link is up, or something was heard."""
    end_s = time.monotonic() + timeout_s
    while not any(not isinstance(one, LinkReading) or one.up for one in intake.readings[after:]):
        if task.done():
            raise NotConformant(spec, rule, f"the driver ended: {task.exception()!r}")
        if time.monotonic() > end_s:
            raise NotConformant(spec, rule, f"nothing within {timeout_s:g} s of {intake.readings!r}")
        await asyncio.sleep(0.02)


async def _shows(
    spec: DriverSpec,
    rule: str,
    task: asyncio.Task[None],
    intake: RecordingIntake,
    simulator: Simulator,
    after: int = 0,
) -> None:
    """Demonstrates until a reading comes: the driver may still be opening its link."""
    end_s = time.monotonic() + COMES_BACK_S + 2
    while True:
        await simulator.demonstrate()
        for _ in range(25):
            if any(map(_is_content, intake.readings[after:])):
                return
            if task.done():
                raise NotConformant(spec, rule, f"the driver ended: {task.exception()!r}")
            await asyncio.sleep(0.02)
        if time.monotonic() > end_s:
            raise NotConformant(spec, rule, f"no reading; {intake.readings[after:]!r}")


async def _ready(spec: DriverSpec, simulator: Simulator) -> None:
    try:
        async with asyncio.timeout(5):
            await simulator.ready.wait()
    except TimeoutError as error:
        raise NotConformant(spec, "simulator", "not ready 5 s after replug") from error


async def _cancel(spec: DriverSpec, task: asyncio.Task[None]) -> None:
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=CANCEL_S)
    if not done:
        raise NotConformant(spec, "cancel", f"still running {CANCEL_S:g} s later")
    if not task.cancelled() and task.exception():
        raise NotConformant(spec, "cancel", f"raised {task.exception()!r}")


def _check_values(spec: DriverSpec, rule: str, values: object) -> None:
    if not isinstance(values, list) or not all(isinstance(one, Explained) for one in values):
        raise NotConformant(spec, rule, f"expected a list of Explained, got {type(values).__name__}")
    for one in values:
        for reading in one.readings:
            _check_reading(spec, rule, reading)


def _check_reading(spec: DriverSpec, rule: str, reading: Reading) -> None:
    if not _DEVICE.fullmatch(reading.device):
        raise NotConformant(spec, rule, f"device key {reading.device!r} is not family:identity in lower case")
    if isinstance(reading, TriggerReading) and reading.kind not in KINDS:
        raise NotConformant(spec, rule, f"trigger kind {reading.kind!r} is not in the vocabulary")
    if isinstance(reading, AlarmReading) and not reading.reasons:
        raise NotConformant(spec, rule, "an alarm without a reason")
