"""The driver's table of `edge.toml`, for both ways of hearing a Hikvision camera: reading its stream, or its pushes."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.cameras.options import (
    MIN_SECRET,
    camera_url,
    camera_user,
    certificate_pin,
    path_secret,
    source_addresses,
    sub_tables,
)
from anju_drivers.driver import Driver
from anju_drivers.hikvision.push import PushCameraSettings, PushListenerDriver, PushSettings
from anju_drivers.hikvision.settings import CAMERA_OPTIONS, camera_settings
from anju_drivers.hikvision.stream import StreamCamera, StreamSettings
from anju_drivers.links.http_login import Login
from anju_drivers.links.lan import bind_address
from anju_drivers.links.reconnect import RetryPauses
from anju_drivers.options import Options

STREAM_OPTIONS = {
    "mode": "stream: read the alarm stream of one camera or recorder; push: listen for cameras; stream",
    "url": "http://address or https://address of the camera (stream, required)",
    "user": "user of the camera; make one for Anju with the right to be notified (stream, required)",
    "password": "its password; better password_file (stream)",
    "password_file": "systemd credential or file that holds the password (stream)",
    "allow_basic": "true: its password may go over the LAN in the clear, where it offers no digest; false",
    "certificate_sha256": "fingerprint, 64 hex digits, of a camera's own https certificate (stream)",
    "silence_s": "seconds of silence after which the stream is opened anew, 5 to 900; 30 (310 for firmware before 5.5)",
    "retry_s": "seconds before the second attempt to reach a camera, 0.1 to 60; 5",
    **CAMERA_OPTIONS,
}
PUSH_OPTIONS = {
    "mode": STREAM_OPTIONS["mode"],
    "bind": "address or interface name to listen on (push, required)",
    "port": "TCP port to listen on, 0 to 65535; 8089 (push)",
    "cameras": "table of camera name -> table with secret or secret_file, sources and camera keys (push, required)",
}
PUSH_CAMERA_OPTIONS = {
    "secret": f"the camera posts to /push/<secret>; at least {MIN_SECRET} characters of A-Z a-z 0-9 _ -",
    "secret_file": "systemd credential or file that holds the secret",
    "sources": "addresses the camera may push from; any when empty",
    **CAMERA_OPTIONS,
}
OPTIONS = PUSH_OPTIONS | STREAM_OPTIONS


def create(name: str, options: Mapping[str, object]) -> Driver:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    if options.get("mode", "stream") == "push":
        return PushListenerDriver(name, _push_settings(Options(options, PUSH_OPTIONS)))
    return StreamCamera(name, _stream_settings(Options(options, STREAM_OPTIONS)))


def _stream_settings(table: Options) -> StreamSettings:
    table.text("mode", "stream", ("stream", "push"))
    retry_s = table.number("retry_s", 5.0, 0.1, 60)
    return StreamSettings(
        url=camera_url(table),
        login=Login(camera_user(table), table.secret("password"), table.boolean("allow_basic", False)),
        camera=camera_settings(table),
        silence_s=table.number("silence_s", 30.0, 5, 900),
        pauses=RetryPauses(again_s=min(1.0, retry_s), first_s=retry_s, step_s=retry_s),
        certificate_sha256=certificate_pin(table),
    )


def _push_settings(table: Options) -> PushSettings:
    cameras = tuple(
        PushCameraSettings(name.lower(), path_secret(one), source_addresses(one), camera_settings(one))
        for name, one in sub_tables(table, "cameras", PUSH_CAMERA_OPTIONS, "camera").items()
    )
    if len({one.secret for one in cameras}) < len(cameras):
        raise table.fail("cameras", "two cameras have the same secret")
    return PushSettings(bind_address(table.text("bind")), table.integer("port", 8089, 0, 65535), cameras)
