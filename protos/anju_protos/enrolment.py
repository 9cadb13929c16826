"""What box and hub say on the enrolment listener (port 7421): paths, limits, and every reason for "no".

HTTP/1.1 with JSON over TLS 1.3. Times are UTC milliseconds, bytes are hexadecimal, certificates PEM.

    GET  /v1/roots    {service, roots}: the private roots, asked before anything is trusted, compared with the pin
    GET  /v1/nonce    {nonce, hub_time_ms}: from here on over a connection that was checked against the pinned root
    POST /v1/claim    {claim, csr, nonce, proof, box, community} -> Grant; box and community: what the box is set up as
    POST /v1/renew    {} by the box's certificate, also an expired one -> Grant
    POST /v1/reasons  {claim} or {} by the box's certificate -> {reason, facts, hub_time_ms}

    Grant    {certificate, roots, community, box, grpc_port, hub_time_ms}
    any "no" {reason, facts, hub_time_ms} with an HTTP status of 4xx or 5xx
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

SERVICE: Final = "anju-enrolment-1"  # who answers something else is no hub: a captive portal, a proxy, another program
ROOTS_PATH: Final = "/v1/roots"
NONCE_PATH: Final = "/v1/nonce"
CLAIM_PATH: Final = "/v1/claim"
RENEW_PATH: Final = "/v1/renew"
REASONS_PATH: Final = "/v1/reasons"
ENROLMENT_PORT: Final = 7421
GRPC_PORT: Final = 7420
MAX_REQUEST_BYTES: Final = 16 * 1024  # a request for a P-256 key is 500 bytes
MAX_ANSWER_BYTES: Final = 256 * 1024  # a grant with two roots is 4 kB
RENEW_AFTER_END_MS: Final = 365 * 86_400_000  # so long may a box have been away


class Reason(StrEnum):
    """Why a box is not served. The values are stable: they go over the line, into logs and documents."""

    FINE = "fine"  # served, as far as the hub can tell
    # what is wrong with the code
    CODE_MALFORMED = "code_malformed"
    CODE_UNKNOWN = "code_unknown"
    CODE_USED = "code_used"  # facts: used_ms, box
    CODE_EXPIRED = "code_expired"  # facts: ends_ms
    CODE_WITHDRAWN = "code_withdrawn"
    CODE_LOCKED = "code_locked"  # after wrong proofs or guesses; facts: retry_s, where waiting helps
    OTHER_HUB = "other_hub"  # another hub's code: the pin does not fit
    WRONG_COMMUNITY = "wrong_community"  # facts: community, box (of the code)
    # what stands between
    NAME = "name"  # the host name cannot be resolved
    PORT = "port"  # nobody listens, or something on the way refuses
    NO_ANSWER = "no_answer"
    PORTAL = "portal"  # something else answers: a captive portal, a proxy
    TLS = "tls"
    BUSY = "busy"  # too many requests; facts: retry_s
    # what is wrong at the hub
    HUB_CLOCK = "hub_clock"
    HUB_FAULT = "hub_fault"  # registry or authority cannot be used
    # what is wrong with the box
    REQUEST = "request"  # the request is none: a fault of the program
    NO_CERTIFICATE = "no_certificate"  # it has none yet, or none that this hub signed
    CERTIFICATE_OLD = "certificate_old"  # another key was claimed for this box since
    CERTIFICATE_ENDED = "certificate_ended"  # it renews it by itself; facts: to_ms
    CERTIFICATE_TOO_OLD = "certificate_too_old"  # over for more than a year: claim anew
    BOX_REVOKED = "box_revoked"
    BOX_RETIRED = "box_retired"
    KEY_DAMAGED = "key_damaged"
    CLONED = "cloned"  # two boxes speak with one key; facts: boots or peers


HELPS_TO_WAIT: Final = frozenset(
    {
        Reason.NAME,
        Reason.PORT,
        Reason.NO_ANSWER,
        Reason.PORTAL,
        Reason.TLS,
        Reason.BUSY,
        Reason.HUB_CLOCK,
        Reason.HUB_FAULT,
    }
)  # the box tries again by itself; for the others a person must act
