"""How box and hub find out that a line between them is dead although nobody closed it (half open), in gRPC's options.

Each side asks the other by an HTTP/2 ping when it has read nothing for `keepalive_s`, and gives the connection up when
no answer comes in time. gRPC 1.85 counts that time twice, by its keepalive and by its HTTP/2 transport, whose own
60 s hold unless they are set too: with 20 s + 10 s in the keepalive alone a dead line was known after 77 s.
"""

from __future__ import annotations

from typing import Final

KEEPALIVE_S: Final = 15.0  # as shipped, at both ends
ANSWER_S: Final = 10.0  # at most: a ping's answer waits behind what is under way on a line of 256 kbit/s
DEAD_KNOWN_S: Final = 30.0  # how long a dead line may count as there: DESIGN 7, an answer stops sounds on all sides


def answer_within_s(keepalive_s: float) -> float:
    """Returns how long a ping's answer may take."""
    return min(ANSWER_S, keepalive_s / 1.5)


def known_dead_s(keepalive_s: float) -> float:
    """Returns after how many seconds at most a line that carries nothing is given up."""
    return keepalive_s + answer_within_s(keepalive_s)


def keepalive_options(keepalive_s: float) -> list[tuple[str, int]]:
    """Returns the options of a channel or a server."""
    answer_ms = int(answer_within_s(keepalive_s) * 1000)
    return [
        ("grpc.keepalive_time_ms", int(keepalive_s * 1000)),
        ("grpc.keepalive_timeout_ms", answer_ms),
        ("grpc.http2.ping_timeout_ms", answer_ms),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
    ]
