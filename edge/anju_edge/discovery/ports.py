"""The serial adapters that are plugged in: names that stay the same, maker, product and serial number."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

BY_ID, BY_PATH = Path("/dev/serial/by-id"), Path("/dev/serial/by-path")
SYS_TTY = Path("/sys/class/tty")
_BRIDGES = {  # USB ids of what is only a serial converter: they do not say what hangs behind them
    ("1a86", "7523"): "CH340", ("1a86", "55d4"): "CH9102", ("10c4", "ea60"): "CP210x", ("0403", "6001"): "FT232",
    ("0403", "6015"): "FT-X", ("067b", "2303"): "PL2303",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PortInfo:
    """One adapter. `port` is the name to configure: by-id, unless two adapters would share it, then by-path."""

    port: str
    device: str
    by_id: str = ""
    by_path: str = ""
    vendor_id: str = ""
    product_id: str = ""
    maker: str = ""
    product: str = ""
    serial: str = ""

    @property
    def bridge(self) -> str:
        return _BRIDGES.get((self.vendor_id, self.product_id), "")


def list_adapters(by_id: Path = BY_ID, by_path: Path = BY_PATH, sys_tty: Path = SYS_TTY) -> list[PortInfo]:
    """What is plugged in now, in order of device; empty where udev made no names."""
    ids, paths = _links(by_id), _links(by_path)
    found = []
    for device in sorted({*ids, *paths}):
        usb = _usb(sys_tty / Path(device).name)
        serial = usb.get("serial", "")
        # Without a serial number udev gives the by-id name to whichever adapter came last: not a name to write down.
        name = (ids.get(device) if serial else None) or paths.get(device) or ids.get(device) or device
        found.append(
            PortInfo(
                name,
                device,
                by_id=ids.get(device, ""),
                by_path=paths.get(device, ""),
                vendor_id=usb.get("idVendor", ""),
                product_id=usb.get("idProduct", ""),
                maker=usb.get("manufacturer", ""),
                product=usb.get("product", ""),
                serial=serial,
            )
        )
    return found


def _links(folder: Path) -> dict[str, str]:
    """Device -> its first name in a folder of links."""
    names: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for link in sorted(folder.iterdir()):
            names.setdefault(os.path.realpath(link), str(link))
    return names


def _usb(tty: Path) -> dict[str, str]:
    """What the USB device above a tty says of itself; empty for ports that are not on USB."""
    here = Path(os.path.realpath(tty / "device"))
    for folder in [here, *here.parents][:6]:
        if (folder / "idVendor").is_file():
            return {
                name: _read(folder / name) for name in ("idVendor", "idProduct", "manufacturer", "product", "serial")
            }
    return {}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
