"""One connection to an MQTT broker. Loaded only where a Frigate is configured."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from anju_drivers.errors import LinkLost
from anju_drivers.links.camera import LoginRefused
from anju_drivers.links.http_login import Login
from anju_drivers.links.mqtt import Handover, keep_cancelled

KEEP_ALIVE_S = 20
_REFUSED_LOGIN = (4, 5, 134, 135)  # MQTT 3.1.1 return codes, and what paho makes of them


async def read(
    host: str,
    port: int,
    login: Login | None,
    identifier: str,
    topics: Iterable[str],
    connected: Callable[[], None],
    take: Callable[[str, bytes, bool], None],
) -> None:
    """Subscribes and hands over each message's topic, payload and whether it was retained, until the broker closes.

    Raises `LoginRefused`, and `LinkLost` for all else that ends a connection.
    """

    def hand_over(message: aiomqtt.Message) -> None:
        payload = message.payload if isinstance(message.payload, bytes) else b""
        take(str(message.topic), payload, message.retain)

    handover = Handover(hand_over)
    try:
        async with aiomqtt.Client(
            host,
            port,
            username=login.user if login else None,
            password=login.password if login else None,
            identifier=identifier,
            timeout=5,
            keepalive=KEEP_ALIVE_S,
            queue_type=handover.queue_type,
        ) as client:
            keep_cancelled()
            connected()
            for topic in topics:
                await client.subscribe(topic)
                keep_cancelled()
            async for _ in client.messages:
                handover.raise_failure()
    except aiomqtt.MqttError as error:
        reason = str(error)[:100] or "connection lost"
        if _is_login_refused(error):
            raise LoginRefused(reason) from error
        raise LinkLost(f"{host}:{port}", reason) from error


def _is_login_refused(error: aiomqtt.MqttError) -> bool:
    code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return (code.value if isinstance(code, ReasonCode) else code) in _REFUSED_LOGIN
