"""From what a person wants to the changes of both files, checked before anything is written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anju_drivers.errors import DriverConfigError
from anju_drivers.registry import Registry, UnknownDriver
from anju_edge.config import ConfigError, EdgeConfig, parse_config
from anju_edge.discovery import adopt
from anju_edge.discovery.adopt import Change
from anju_edge.discovery.proposals import Obstacle, Proposal, Site
from anju_edge.discovery.scan import Scan, Wanted, scan
from anju_protos.roster_file import RosterFileError, load_roster

_NAME = re.compile(r"[a-z0-9-]{1,32}")
_DEVICE = re.compile(r"[a-z0-9_]{1,16}:\S{1,80}")
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_KINDS = {"recorder": "camera", "camera": "camera", "receiver": "receiver", "reader": "reader"}
_DRIVER_KINDS = {"scanner": "reader", "card_reader": "reader", "idcard_sdt": "reader"}


class Refused(Exception):
    """It cannot be done: `word` of `devices_words` with its values, or the obstacles in the way."""

    def __init__(self, word: str, text: str = "", obstacles: tuple[Obstacle, ...] = (), **values: object) -> None:
        super().__init__(f"{word} {text} {obstacles} {values}")
        self.word, self.text, self.obstacles, self.values = word, text, obstacles, values


@dataclass(frozen=True, slots=True)
class Adoption:
    """A person's wish. `key` is a proposal's key (MAC, endpoint, address, port) or a device key that was heard."""

    key: str
    name: str = ""
    driver: str = ""
    kind: str = ""
    zone: str = ""
    label_zh: str = ""
    label_en: str = ""
    period_s: int = 0
    options: Mapping[str, object] = field(default_factory=dict)
    seconds: float = 4.0


Look = Callable[[Wanted, Site], Awaitable[Scan]]


async def adopt_device(
    wish: Adoption,
    config: EdgeConfig,
    site: Site,
    drivers: Registry,
    skip_ports: frozenset[str] = frozenset(),
    look: Look = scan,
) -> tuple[list[Change], list[tuple[str, str]]]:
    """The changes of configuration and roster, and notes (option, trouble) on what is still to be put in place.

    Raises `Refused` and `AdoptError`. Nothing is written.
    """
    if _DEVICE.fullmatch(wish.key) and not _MAC.fullmatch(wish.key):  # a band, or what else a driver hears
        return _roster_only(wish, config), []
    proposal = await _find(wish, site, skip_ports, look)
    driver = wish.driver or (proposal.driver if proposal else "")
    if proposal and proposal.adopted_as:
        raise Refused("adopted_as", name=proposal.adopted_as)
    if proposal:
        in_the_way = tuple(
            one for one in proposal.obstacles if not (wish.driver and one in (Obstacle.SILENT, Obstacle.NOT_OURS))
        )
        if in_the_way and (driver or Obstacle.SILENT not in in_the_way):
            raise Refused("cannot_adopt", obstacles=in_the_way, key=wish.key)
    if not driver:
        raise Refused("which_driver" if proposal else "unknown_key", key=wish.key)
    if not _NAME.fullmatch(wish.name):
        raise Refused("name_needed")
    options = {**(proposal.options if proposal else {"port": wish.key}), **wish.options}
    notes = _try(drivers, driver, wish.name, options)
    device = _device_key(driver, wish.name, options)
    kind = wish.kind or (_KINDS.get(proposal.kind, "") if proposal else "") or _DRIVER_KINDS.get(driver, "receiver")
    change = _config_change(config, {"driver": driver, "name": wish.name, **options})
    model = proposal.model if proposal else ""
    return [change, _roster_change(config, _roster_row(wish, device, kind, model))], notes


async def _find(wish: Adoption, site: Site, skip_ports: frozenset[str], look: Look) -> Proposal | None:
    """The device as it is now: only where it can be is looked."""
    is_port = wish.key.startswith("/")
    ports = (wish.key,) if is_port else ()
    wanted = Wanted(not is_port, not is_port, is_port, wish.seconds, site.hosts, skip_ports, ports)
    found = await look(wanted, site)
    return next((one for one in found.proposals if wish.key in (one.key, one.address)), None)


def _try(drivers: Registry, driver: str, name: str, options: Mapping[str, object]) -> list[tuple[str, str]]:
    """Makes the driver once, to see whether its table is whole. A secret that is not here yet is a note."""
    try:
        drivers.get(driver).create(name, options)
    except UnknownDriver as error:
        raise Refused("cannot_adopt", str(error), key=name) from error
    except DriverConfigError as error:
        if error.key.endswith("_file") and error.key in options:
            return [(error.key, error.reason)]
        raise Refused("bad_option", error.reason, driver=driver, key=error.key) from error
    return []


def _device_key(driver: str, name: str, options: Mapping[str, object]) -> str:
    """The key under which the driver reports this device."""
    mac = str(options.get("mac", "")).lower().replace(":", "").replace("-", "")
    receiver = options.get("receiver")
    return receiver if isinstance(receiver, str) else f"{driver}:{mac or name}"


def _roster_row(wish: Adoption, device: str, kind: str, model: str) -> dict[str, object]:
    row: dict[str, object] = {"key": device, "kind": kind, "zone": wish.zone}
    row |= {"label_zh": wish.label_zh, "label_en": wish.label_en, "model": model}
    return row | ({"period_s": wish.period_s} if wish.period_s else {})


def _roster_only(wish: Adoption, config: EdgeConfig) -> list[Change]:
    return [_roster_change(config, _roster_row(wish, wish.key, wish.kind or "band", ""))]


def _config_change(config: EdgeConfig, row: Mapping[str, object]) -> Change:
    before = _read(config.source)
    return _checked_config(Change(config.source, before, adopt.add_row(before, "drivers", row, "name")))


def _checked_config(change: Change) -> Change:
    try:
        parse_config(change.after, change.path)
    except ConfigError as error:
        raise Refused("new_config", str(error)) from error
    return change


def _roster_change(config: EdgeConfig, row: Mapping[str, object]) -> Change:
    before = _read(config.box.roster)
    return _checked_roster(Change(config.box.roster, before, adopt.add_row(before, "devices", row, "key")))


def _checked_roster(change: Change) -> Change:
    after = adopt.next_revision(change.after)
    with tempfile.TemporaryDirectory(prefix="anju-roster-") as folder:
        trial = Path(folder) / change.path.name
        trial.write_text(after, encoding="utf-8")
        trial.chmod(0o600)
        try:
            load_roster(trial)
        except RosterFileError as error:
            raise Refused("new_roster", str(error).replace(str(trial), str(change.path))) from error
    return Change(change.path, change.before, after)


def forget_device(key: str, config: EdgeConfig) -> list[Change]:
    """The changes that take a device out: its driver (by name, or by the device key it reports) and its roster row.

    Raises `Refused` and `AdoptError`. Nothing is written.
    """
    text, roster = _read(config.source), _read(config.box.roster)
    name = next(
        (row.name for row in config.drivers if key in (row.name, _device_key(row.driver, row.name, row.options))), ""
    )
    driver = next((row for row in config.drivers if row.name == name), None)
    device = _device_key(driver.driver, driver.name, driver.options) if driver else key
    if any(row.get("device") == device for row in adopt.rows(roster, "bindings")):
        raise Refused("is_bound", key=device)
    after = adopt.remove_row(text, "drivers", "name", name) if name else text
    changes = [
        _checked_config(Change(config.source, text, after)),
        Change(config.box.roster, roster, adopt.remove_row(roster, "devices", "key", device)),
    ]
    needed = [change for change in changes if change.is_needed]
    if not needed:
        raise Refused("not_listed", key=key)
    return [_checked_roster(one) if one.path == config.box.roster else one for one in needed]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise adopt.AdoptError(f"{path} cannot be read: {error}") from error
