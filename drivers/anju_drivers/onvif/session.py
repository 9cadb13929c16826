"""One subscription to a camera's events, from asking its clock to unsubscribing.

onvif-zeep-async builds the requests (WSDL, WS-Security digest in the camera's time, WS-Addressing) and carries them;
a camera that answers 401 all the same gets the request again with a login by HTTP Digest, which the library lacks;
the answers are taken raw, since cameras write what no WSDL allows, and are read by `frames.py`. The library takes tens
of MB, so it is loaded when the first camera is opened, and outside the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import importlib
import logging
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from anju_drivers.errors import FrameError, LinkLost
from anju_drivers.links.camera import LoginRefused
from anju_drivers.links.http_login import Login, LoginMiddleware, NoLoginOffered
from anju_drivers.onvif.frames import Answer, read_answer

_log = logging.getLogger(__name__)

EVENTS = "http://www.onvif.org/ver10/events/wsdl"
PULL_POINT = f"{EVENTS}/PullPointSubscription"
MESSAGE_LIMIT = 100
CALL_S = 15.0
CLOSE_S = 0.8  # a stop must not wait for a camera
RENEW_AT = 0.8  # of the granted lease
MIN_LEASE_S = 5.0
_loading: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = weakref.WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of onvif-zeep-async in use. It ships no types, so what comes from it is Any."""

    onvif: ModuleType
    raw: Any  # zeep settings that hand answers over unread
    errors: tuple[type[Exception], ...]


def load_library() -> Library:
    """Takes a second; call it in a thread."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    onvif = importlib.import_module("onvif")
    zeep = importlib.import_module("zeep")
    root.handlers[:] = handlers  # the library configures logging when it is imported; ours stays as it is
    root.setLevel(level)
    logging.getLogger("onvif").setLevel(logging.WARNING)
    raw = zeep.Settings(strict=False, raw_response=True)
    return Library(onvif, raw, (zeep.exceptions.Error, onvif.ONVIFError, aiohttp.ClientError, OSError))


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """`pull_s` is how long the camera may hold a request; `lease_s` what is asked for, it may grant less."""

    url: str
    login: Login
    types: Mapping[str, str] = field(default_factory=dict)
    pull_s: float = 60.0
    lease_s: float = 600.0


class _LoginSession:
    """The library's session of one service: what it posts is logged in by HTTP where the camera asks for that.

    Some firmware looks at nothing but HTTP Digest (home-assistant/core #119107, python-onvif-zeep-async #122). Without
    a 401 nothing is added, so a camera that takes WS-Security sees no difference.
    """

    def __init__(self, session: aiohttp.ClientSession, login: Login) -> None:
        self._session, self._login = session, login

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def post(self, url: str, **options: Any) -> aiohttp.ClientResponse:
        return await self._session.post(url, middlewares=(LoginMiddleware(self._login),), **options)


class CameraSession:
    """Open it, pull until it fails, close it: a new one is made after each failure, since the camera's clock may have
    changed with whatever happened.
    """

    def __init__(self, library: Library, settings: SessionSettings) -> None:
        self._library, self._settings = library, settings
        parts = urlsplit(settings.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        self._host = host or ""
        self._camera: Any = library.onvif.ONVIFCamera(
            f"{parts.scheme}://{host}", port, settings.login.user, settings.login.password, no_cache=True
        )
        self._pull: Any = None
        self._subscription: Any = None
        self._trusts_port = False  # whether the camera's port holds, though it names another host than we know
        self._has_events = False  # something answered where its events should be
        self._is_relative = True
        self._can_renew = True
        self._ends_s = self._renew_s = 0.0
        self.system_time: dt.datetime | None = None  # the camera's, when it was asked

    async def open(self) -> None:
        """Asks the clock and the address of the events, and subscribes. Raises `LoginRefused` and `LinkLost`."""
        device = await self._service("devicemgmt")
        answer = await self._ask_clock(device)
        self.system_time = answer.system_time
        if answer.system_time is not None:
            self._camera.dt_diff = answer.system_time - dt.datetime.now(dt.UTC)
            await device.close()
            self._camera.services.pop(device.binding_key)
            device = await self._service("devicemgmt")
        address = await self._events_address(device)
        try:
            await self._open_events(address)
        except LinkLost:
            tried = self._at_camera(address)
            self._trusts_port = True  # perhaps no port forward, but a camera with a second address or a name of its own
            if self._has_events or self._at_camera(address) == tried:
                raise
            await self._open_events(address)

    async def _open_events(self, address: str) -> None:
        self._camera.xaddrs[EVENTS] = self._at_camera(address)
        await self._subscribe(await self._service("events"))

    async def synchronize(self) -> None:
        """Asks for the present states; cameras that cannot do it are forgiven."""
        with contextlib.suppress(LinkLost):
            await self._call(self._pull, "SetSynchronizationPoint", {})

    async def pull(self) -> Answer:
        """The next messages, none of them after a long wait. Renews when that is due. Raises as `open` does.

        Raises `LinkLost` too when the subscription has come to its end.
        """
        now_s = time.monotonic()
        if self._can_renew and now_s >= self._renew_s:
            await self._renew()
        if time.monotonic() >= self._ends_s - 1:
            raise LinkLost(self._settings.url, "the subscription ended and the camera does not renew it")
        due_s = self._renew_s if self._can_renew else self._ends_s - 1
        wait_s = min(self._settings.pull_s, max(1.0, due_s - now_s))
        request = {"MessageLimit": MESSAGE_LIMIT, "Timeout": dt.timedelta(seconds=int(wait_s) or 1)}
        answer = await self._call(self._pull, "PullMessages", request, wait_s + CALL_S)
        if answer.fault:
            raise LinkLost(self._settings.url, f"fault {answer.fault.code or answer.fault.reason}")
        lease_s = answer.lease_s
        if lease_s is not None and time.monotonic() + lease_s > self._ends_s + 1:  # this camera prolongs by itself
            self._use_lease(lease_s)
        return answer

    async def close(self) -> None:
        """Unsubscribes, since a camera has few subscriptions and leaked ones last, and closes the connections."""
        try:
            if self._subscription is not None:
                with contextlib.suppress(LinkLost, LoginRefused):
                    await self._call(self._subscription, "Unsubscribe", {}, CLOSE_S)
        finally:
            await self._camera.close()

    # ---- steps

    async def _ask_clock(self, device: Any) -> Answer:
        """Without a login, as the standard has it; Axis wants one all the same."""
        try:
            answer = await self._call(device, "authless_GetSystemDateAndTime", {})
        except LoginRefused:
            answer = await self._call(device, "GetSystemDateAndTime", {})
        return answer

    async def _events_address(self, device: Any) -> str:
        answer = await self._call(device, "GetCapabilities", {"Category": "All"})
        if not answer.events_address:
            answer = await self._call(device, "GetServices", {"IncludeCapability": False})
        if not answer.events_address:
            raise LinkLost(self._settings.url, "this device has no ONVIF events")
        return answer.events_address

    async def _subscribe(self, events: Any) -> None:
        """Relative time first; some cameras take only their own absolute time, some none at all."""
        answer = Answer()
        for is_relative, request in (
            (True, {"InitialTerminationTime": self._termination(True)}),
            (False, {"InitialTerminationTime": self._termination(False)}),
            (True, {}),
        ):
            answer = await self._call(events, "CreatePullPointSubscription", request)
            self._has_events = True
            if answer.subscription:
                self._is_relative = is_relative
                break
        if not answer.subscription:
            fault = (answer.fault.code or answer.fault.reason) if answer.fault else "no address"
            raise LinkLost(self._settings.url, f"no subscription ({fault}); other clients may hold all the camera has")
        self._camera.xaddrs[PULL_POINT] = self._at_camera(answer.subscription)
        self._use_lease(answer.lease_s)
        self._subscription = await self._service("subscription", "PullPointSubscription")
        self._pull = await self._service("pullpoint", "PullPointSubscription")

    async def _renew(self) -> None:
        answer = await self._call(self._subscription, "Renew", self._termination(self._is_relative))
        if answer.fault:
            _log.debug("%s: renewal refused (%s)", self._settings.url, answer.fault.code)
            self._can_renew = False
            return
        self._use_lease(answer.lease_s)

    def _use_lease(self, lease_s: float | None) -> None:
        """`lease_s` by difference of the camera's own times, which may lie in the year 2000."""
        granted_s = max(MIN_LEASE_S, self._settings.lease_s if lease_s is None else lease_s)
        now_s = time.monotonic()
        self._ends_s, self._renew_s = now_s + granted_s, now_s + RENEW_AT * granted_s

    def _termination(self, is_relative: bool) -> str:
        if is_relative:
            return f"PT{int(self._settings.lease_s)}S"
        moment = dt.datetime.now(dt.UTC) + (self._camera.dt_diff or dt.timedelta())
        return (moment + dt.timedelta(seconds=self._settings.lease_s)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _at_camera(self, address: str) -> str:
        """The path as the camera says, at the address we know: a forged one must not lead us elsewhere.

        A camera that names another host sits behind a port forward: the port that it names is not to be had either, and
        ours is.
        """
        try:
            parts = urlsplit(address.strip())
            port = parts.port
        except ValueError as error:
            raise LinkLost(self._settings.url, "an address that is none") from error
        ours = urlsplit(self._settings.url)
        if (parts.hostname or "") != (ours.hostname or "") and not self._trusts_port:
            return urlunsplit((ours.scheme, ours.netloc, parts.path, parts.query, ""))
        place = f"{self._host}:{port}" if port else self._host
        scheme = parts.scheme if parts.scheme in ("http", "https") else "http"
        return urlunsplit((scheme, place, parts.path, parts.query, ""))

    # ---- calls

    async def _service(self, name: str, port_type: str | None = None) -> Any:
        lock = _loading.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:  # else each of twenty cameras would load the same WSDL for itself
            try:
                service = await self._camera.create_onvif_service(name, port_type=port_type)
            except self._library.errors as error:
                raise LinkLost(self._settings.url, _word(error)) from error
        if not isinstance(service.transport.session, _LoginSession):
            service.transport.session = _LoginSession(service.transport.session, self._settings.login)
        service.zeep_client.settings = service.zeep_client_authless.settings = self._library.raw
        return service

    async def _call(self, service: Any, operation: str, request: object, limit_s: float = CALL_S) -> Answer:
        url = self._settings.url
        try:
            async with asyncio.timeout(limit_s):
                response = await getattr(service, operation)(request)
        except TimeoutError as error:
            raise LinkLost(url, "no answer in time") from error
        except NoLoginOffered as error:
            raise LoginRefused from error
        except self._library.errors as error:
            raise LinkLost(url, _word(error)) from error
        return self._read(int(response.status_code), bytes(response.content))

    def _read(self, status: int, body: bytes) -> Answer:
        url = self._settings.url
        if status in (401, 403):
            raise LoginRefused
        if not body.strip():
            if status == 200:
                return Answer(is_known=True)
            raise LinkLost(url, f"HTTP status {status}")
        try:
            answer = read_answer(body, self._settings.types)
        except FrameError as error:
            raise LinkLost(url, f"HTTP status {status}, {error.reason}") from error
        if answer.asks_login or (answer.fault and answer.fault.is_auth):
            raise LoginRefused
        if not answer.is_known and answer.fault is None:
            raise LinkLost(url, f"HTTP status {status}, no SOAP answer")
        return answer


def _word(error: Exception) -> str:
    return str(error)[:100] or type(error).__name__
