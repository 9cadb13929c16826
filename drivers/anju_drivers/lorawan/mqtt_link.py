"""A subscription at an MQTT broker that comes back by itself. Loaded only where one is configured."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

import aiomqtt

from anju_drivers.links.mqtt import Handover, keep_cancelled
from anju_drivers.lorawan.settings import MqttSettings

_log = logging.getLogger(__name__)

RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0
REFUSED_S = 60.0  # a wrong password does not get better by haste
KEEPALIVE_S = 20
_REFUSALS = frozenset((4, 5, 134, 135))  # CONNACK: bad user or password, not authorized (3.1.1, then 5)


async def subscribe(
    name: str,
    identifier: str,
    settings: MqttSettings,
    received: Callable[[str, bytes], None],
    changed: Callable[[bool, str], None],
) -> None:
    """Keeps the subscription until cancelled; `changed(up, detail)` is told once per change of state.

    The session is kept at the broker under `identifier`, so that QoS 1 events of a short absence are
    delivered after it.
    Raises only what `received` or `changed` raised.
    """

    def take(message: aiomqtt.Message) -> None:
        if isinstance(message.payload, bytes):
            received(str(message.topic), message.payload)

    up: bool | None = None
    pause_s = RETRY_MIN_S
    while True:
        handover = Handover(take)
        try:
            async with aiomqtt.Client(
                settings.host,
                settings.port,
                username=settings.user or None,
                password=settings.password or None,
                identifier=identifier,
                clean_session=False,
                keepalive=KEEPALIVE_S,
                timeout=5.0,
                tls_context=ssl.create_default_context() if settings.tls else None,
                queue_type=handover.queue_type,
            ) as client:
                keep_cancelled()
                await client.subscribe(settings.topic, qos=1)
                keep_cancelled()
                if up is not True:
                    _log.info("%s: subscribed at %s", name, settings.host)
                    changed(True, f"subscribed at {settings.host}:{settings.port}")
                up, pause_s = True, RETRY_MIN_S
                async for _ in client.messages:
                    handover.raise_failure()
            cause = "closed"
        except aiomqtt.MqttError as error:
            cause = str(error)
            if isinstance(error, aiomqtt.MqttCodeError) and _code(error) in _REFUSALS:
                cause, pause_s = "the broker refuses user or password; check them", REFUSED_S
        if up is not False:
            _log.warning("%s: no events from %s (%s); trying again by itself", name, settings.host, cause)
            changed(False, cause)
        up = False
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, max(RETRY_MAX_S, pause_s))


def _code(error: aiomqtt.MqttCodeError) -> int:
    code = error.rc
    return code if isinstance(code, int) else getattr(code, "value", -1)
