"""What can go wrong in a driver, told apart by what the caller should do."""

from __future__ import annotations


class DriverError(Exception):
    """Base: the supervisor restarts the driver after a pause and shows `str(error)` beside its name."""


class LinkLost(DriverError):
    """The port or connection is gone: reconnect. `link` names it, `cause` is the system's word."""

    def __init__(self, link: str, cause: str) -> None:
        super().__init__(f"{link}: {cause}")
        self.link, self.cause = link, cause


class DeviceRefused(DriverError):
    """The device answers but will not serve us: a person must act. `action` says what to do next."""

    def __init__(self, device: str, reason: str, action: str) -> None:
        super().__init__(f"{device}: {reason}; {action}")
        self.device, self.reason, self.action = device, reason, action


class DriverConfigError(DriverError):
    """A key of this driver's configuration is unknown or out of range: the start stops and names it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


class FrameError(ValueError):
    """One frame cannot be understood: skip and count. `frame` may hold personal data, so it is never logged."""

    def __init__(self, reason: str, frame: bytes = b"") -> None:
        super().__init__(reason)
        self.reason, self.frame = reason, frame


class NotRecorded(Exception):
    """The box took the reading but could not put it on disk. Do not confirm it to the device."""
