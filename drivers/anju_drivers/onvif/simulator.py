"""An ONVIF camera that is not there: the SOAP calls a pull point needs, on 127.0.0.1 only.

It checks the login as a camera does: digest over nonce and time, a nonce once, the time within ten seconds of its own
clock, which may be wrong.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web

from anju_drivers.options import Options
from anju_drivers.testing.http_digest import digest_holds
from anju_drivers.testing.http_server import serving_http
from anju_drivers.testing.simulation import ServingDevice

USER, PASSWORD = "anju", "training-only"
CREATED_TOLERANCE_S = 10
_NAMESPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://www.w3.org/2005/08/addressing"'
    ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tev="http://www.onvif.org/ver10/events/wsdl"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"'
    ' xmlns:ter="http://www.onvif.org/ver10/error" xmlns:tns1="http://www.onvif.org/ver10/topics"'
)
MOTION = "tns1:RuleEngine/CellMotionDetector/Motion"
LINE = "tns1:RuleEngine/LineDetector/Crossed"
_LOGIN_PAGE = b"<?xml version='1.0'?><head><title>Unauthorized</title></head>"


def message(
    topic: str,
    item: tuple[str, str] | None = None,
    operation: str = "Changed",
    source: str = "VideoSource_1",
    when: str = "",
) -> str:
    """A notification; `item` is name and value of its data."""
    data = f'<tt:Data><tt:SimpleItem Name="{item[0]}" Value="{item[1]}"/></tt:Data>' if item else ""
    return (
        f"<wsnt:NotificationMessage><wsnt:Topic>{topic}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{when or _text(datetime.now(UTC))}" PropertyOperation="{operation}"><tt:Source>'
        f'<tt:SimpleItem Name="VideoSourceConfigurationToken" Value="{source}"/>'
        f'<tt:SimpleItem Name="Rule" Value="rule-1"/></tt:Source>{data}</tt:Message></wsnt:Message>'
        "</wsnt:NotificationMessage>"
    )


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _PullPoint:
    def __init__(self, ends: datetime) -> None:
        self.ends = ends
        self.waiting: asyncio.Queue[str] = asyncio.Queue(1000)


class OnvifSimulator(ServingDevice):
    """`skew` is how far its clock is ahead. `calls` lists the operations in order, `refused` counts bad logins.

    `wants_digest`: it looks at no login but HTTP Digest, by `algorithm`; `offers_digest` false: it says 401 and offers
    no way. `renews` false: Renew is a fault.
    `takes_relative` false: it wants absolute times. `told_port`: the port it names beside a host that is not ours, as
    behind a port forward; None for the true one. `has_events_apart`: its events are at a second port, which it names.
    `changed` is set by every call.
    """

    def __init__(self, port: int = 0, password: str = PASSWORD, limit: int = 2) -> None:
        super().__init__()
        self.changed = asyncio.Event()
        self.password, self.limit = password, limit
        self.skew = timedelta()
        self.lease_s = 60
        self.wants_digest = False
        self.offers_digest = True
        self.algorithm = "MD5"
        self.told_port: int | None = None
        self.has_events_apart = False
        self.renews = self.takes_relative = self.has_capabilities = True
        self.states: dict[str, str] = {}  # topic -> value, told on SetSynchronizationPoint
        self.calls: list[str] = []
        self.refused = 0
        self._port = port
        self._events_port = 0
        self._points: dict[str, _PullPoint] = {}
        self._count = 0
        self._nonces: set[str] = set()
        self._http_nonce = secrets.token_hex(16)
        self._answers: dict[str, Callable[[str, str], str]] = {
            "GetCapabilities": self._capabilities,
            "GetServices": self._services,
            "CreatePullPointSubscription": self._create,
            "Renew": self._renew,
            "Unsubscribe": self._unsubscribe,
            "SetSynchronizationPoint": self._synchronize,
        }

    @property
    def link(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def _told(self) -> str:
        """Where it believes to be: never at the address we know it by."""
        port = self._events_port if self.has_events_apart else self._port
        return f"http://192.0.2.99:{self.told_port or port}"

    @property
    def subscriptions(self) -> int:
        self._forget_old()
        return len(self._points)

    @property
    def now(self) -> datetime:
        """By its own clock."""
        return datetime.now(UTC) + self.skew

    def driver_options(self) -> dict[str, object]:
        return {"url": self.link, "user": USER, "password": PASSWORD, "retry_s": 0.3, "cool_down_s": 0, "pull_s": 5}

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with (
            serving_http(self._answer, self._port) as self._port,
            serving_http(self._answer, self._events_port) as self._events_port,
        ):
            try:
                yield
            finally:
                self._points.clear()  # as in a power cut

    def send(self, xml: str) -> None:
        """One notification to every subscription."""
        for point in self._points.values():
            if not point.waiting.full():
                point.waiting.put_nowait(xml)

    def motion(self, active: bool = True) -> None:
        self.states[MOTION] = str(active).lower()
        self.send(message(MOTION, ("IsMotion", self.states[MOTION])))

    async def demonstrate(self) -> str:
        self.motion()
        self.motion(active=False)
        return "someone walked past the camera"

    # ---- SOAP

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        is_apart = request.url.port == self._events_port
        if is_apart != (self.has_events_apart and request.path.startswith(("/onvif/events", "/onvif/pull"))):
            return web.Response(status=404)
        text = (await request.read()).decode("utf-8", "replace")
        found = re.search(r"<(?:[\w-]+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+)", text)
        operation = found[1] if found else ""
        self.calls = [*self.calls[-200:], operation]
        self.changed.set()
        if operation == "GetSystemDateAndTime":
            return _soap(self._system_time())
        if self.wants_digest and not self._is_digest(request):
            self.refused += "Authorization" in request.headers or not self.offers_digest
            return self._challenge()
        if not self.wants_digest and not self._is_login(text):
            self.refused += 1
            return _fault("ter:NotAuthorized", 400)
        if operation == "PullMessages":
            return await self._pull(request.path, text)
        answer = self._answers.get(operation)
        body = answer(request.path, text) if answer else ""
        if not body or body.startswith("ter:"):
            return _fault(body or "ter:ActionNotSupported")
        return _soap(body)

    def _challenge(self) -> web.Response:
        offer = f'Digest realm="camera", qop="auth", nonce="{self._http_nonce}", algorithm={self.algorithm}'
        headers = {"WWW-Authenticate": offer if self.offers_digest else 'Digest realm="x"'}
        return web.Response(status=401, body=_LOGIN_PAGE, headers=headers)

    def _is_digest(self, request: web.BaseRequest) -> bool:
        return digest_holds(
            request.headers.get("Authorization", ""),
            request.method,
            request.path_qs,
            user=USER,
            password=self.password,
            nonce=self._http_nonce,
            algorithm=self.algorithm,
        )

    async def _pull(self, path: str, text: str) -> web.Response:
        self._forget_old()
        point = self._points.get(path)
        if point is None:
            return _fault("ter:ResourceUnknown")
        found = re.search(r"Timeout>P.*?T?(\d+)S<", text)
        messages: list[str] = []
        try:
            async with asyncio.timeout(int(found[1]) if found else 60):
                messages.append(await point.waiting.get())
        except TimeoutError:
            pass
        while not point.waiting.empty() and len(messages) < 100:
            messages.append(point.waiting.get_nowait())
        return _soap(f"<tev:PullMessagesResponse>{self._lease(point)}{''.join(messages)}</tev:PullMessagesResponse>")

    def _system_time(self) -> str:
        now = self.now
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
            f"<tt:UTCDateTime><tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date></tt:UTCDateTime>"
            "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _capabilities(self, path: str, text: str) -> str:
        if not self.has_capabilities:
            return "ter:ActionNotSupported"
        return (  # the address it believes in is not the one we know it by
            "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Events>"
            f"<tt:XAddr>{self._told}/onvif/events</tt:XAddr></tt:Events></tds:Capabilities>"
            "</tds:GetCapabilitiesResponse>"
        )

    def _services(self, path: str, text: str) -> str:
        return (
            "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/events/wsdl</tds:Namespace>"
            f"<tds:XAddr>{self.link}/onvif/events</tds:XAddr></tds:Service></tds:GetServicesResponse>"
        )

    def _create(self, path: str, text: str) -> str:
        if ">PT" in text and not self.takes_relative:
            return "ter:InvalidArgVal"
        if self.subscriptions >= self.limit:
            return "ter:MaxNotifyProducers"
        self._count += 1
        name = f"/onvif/pull/{self._count}"
        point = self._points[name] = _PullPoint(self.now + timedelta(seconds=self.lease_s))
        return (
            "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
            f"<wsa:Address>{self._told}{name}</wsa:Address></tev:SubscriptionReference>"
            f"{self._lease(point, 'wsnt')}</tev:CreatePullPointSubscriptionResponse>"
        )

    def _renew(self, path: str, text: str) -> str:
        point = self._points.get(path)
        if point is None or not self.renews:
            return "ter:UnableToRenew"
        point.ends = self.now + timedelta(seconds=self.lease_s)
        return f"<wsnt:RenewResponse>{self._lease(point, 'wsnt')}</wsnt:RenewResponse>"

    def _unsubscribe(self, path: str, text: str) -> str:
        self._points.pop(path, None)
        return "<wsnt:UnsubscribeResponse/>"

    def _synchronize(self, path: str, text: str) -> str:
        point = self._points.get(path)
        for topic, value in self.states.items():
            if point:
                point.waiting.put_nowait(message(topic, ("IsMotion", value), "Initialized"))
        return "<tev:SetSynchronizationPointResponse/>"

    def _lease(self, point: _PullPoint, prefix: str = "tev") -> str:
        return (
            f"<{prefix}:CurrentTime>{_text(self.now)}</{prefix}:CurrentTime>"
            f"<{prefix}:TerminationTime>{_text(point.ends)}</{prefix}:TerminationTime>"
        )

    def _forget_old(self) -> None:
        for name in [name for name, point in self._points.items() if point.ends <= self.now]:
            del self._points[name]

    def _is_login(self, text: str) -> bool:
        """WS-Security UsernameToken Profile 1.0, password digest."""
        token = {
            name: found[1]
            for name in ("Username", "Password", "Nonce", "Created")
            if (found := re.search(rf"<(?:[\w-]+:)?{name}(?:\s[^>]*)?>([^<]*)<", text))
        }
        if len(token) < 4 or token["Username"] != USER or token["Nonce"] in self._nonces:
            return False
        self._nonces.add(token["Nonce"])
        digest = hashlib.sha1(base64.b64decode(token["Nonce"]) + (token["Created"] + self.password).encode()).digest()
        if base64.b64encode(digest).decode() != token["Password"]:
            return False
        try:  # UTC by either spelling: xs:dateTime, WS-Security 1.0, section 10
            created = datetime.fromisoformat(token["Created"])
        except ValueError:
            return False
        return created.utcoffset() == timedelta() and abs(created - self.now) <= timedelta(seconds=CREATED_TOLERANCE_S)


def _soap(body: str, status: int = 200) -> web.Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {_NAMESPACES}><s:Body>{body}</s:Body></s:Envelope>'
    return web.Response(status=status, text=text, content_type="application/soap+xml")


def _fault(code: str, status: int = 400) -> web.Response:
    return _soap(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en">refused</s:Text></s:Reason></s:Fault>',
        status,
    )


def simulate(options: Mapping[str, object]) -> OnvifSimulator:
    """Option: `port` on 127.0.0.1, any free one by default."""
    return OnvifSimulator(Options(options, {"port": "TCP port on 127.0.0.1"}).integer("port", 0, 0, 65535))
