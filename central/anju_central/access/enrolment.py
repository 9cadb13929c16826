"""The calls of the enrolment listener as an application: requests in, `claims.py` decides, answers out.

Whoever has no certificate reaches it, so sizes, rates and guesses are bounded here, times in `enrolment_listener.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final

from cryptography import x509
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StringConstraints
from starlette.exceptions import HTTPException

from anju_central.access.authority import Authority, AuthorityDamaged, AuthorityMissing
from anju_central.access.claims import ClaimRequest, Enrolment, Grant, Refused
from anju_central.access.guesses import Guesses
from anju_central.process.bounded_body import BoundedBody
from anju_protos.enrolment import (
    CLAIM_PATH,
    MAX_REQUEST_BYTES,
    NONCE_PATH,
    REASONS_PATH,
    RENEW_PATH,
    ROOTS_PATH,
    SERVICE,
    Reason,
)

log = logging.getLogger(__name__)

NONCE_LIFE_S: Final = 120
_MAC_BYTES: Final = 16
_STATUS: Final = {Reason.BUSY: 429, Reason.REQUEST: 400, Reason.HUB_CLOCK: 503, Reason.HUB_FAULT: 503}
_GUESSED: Final = frozenset({Reason.CODE_UNKNOWN, Reason.CODE_LOCKED})

Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){0,4096}$")]
BoxOrCommunity = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,32}$")]
ClaimId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")]


class ClaimBody(BaseModel):
    """As `ClaimRequest`, bytes in hexadecimal."""

    claim: ClaimId
    csr: Hex
    nonce: Hex
    proof: Hex
    box: BoxOrCommunity = ""
    community: BoxOrCommunity = ""


class ReasonsBody(BaseModel):
    """The code that a box was given, if it has no certificate."""

    claim: ClaimId = ""


class Nonces:
    """Nonces that we gave out within the last minutes; nothing is remembered, so no flood pushes one out."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def new(self, now_s: float) -> bytes:
        """Returns a nonce of 40 bytes: monotonic ms, random, and our mark on both."""
        body = int(now_s * 1000).to_bytes(8, "big") + secrets.token_bytes(16)
        return body + self._mark(body)

    def is_good(self, nonce: bytes, now_s: float) -> bool:
        """Returns whether we gave it out, and not too long ago."""
        body, mark = nonce[:-_MAC_BYTES], nonce[-_MAC_BYTES:]
        if not hmac.compare_digest(self._mark(body), mark):
            return False
        return now_s - int.from_bytes(body[:8], "big") / 1000 <= NONCE_LIFE_S

    def _mark(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]


def make_enrolment_app(
    enrolment: Enrolment,
    authority: Callable[[], Authority],
    grpc_port: Callable[[], int],
    now_ms: Callable[[], int],
    monotonic_s: Callable[[], float],
    store_faults: tuple[type[Exception], ...] = (),
) -> FastAPI:
    """Returns the application. `grpc_port` is where boxes stream to; the host is the one that they came to.

    `store_faults`: what the claim store raises when it cannot be asked now.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    guesses, nonces = Guesses(), Nonces()

    def answer(fields: Mapping[str, object], status: int = 200) -> JSONResponse:
        return JSONResponse({**fields, "hub_time_ms": now_ms()}, status, headers={"Cache-Control": "no-store"})

    def refusal(refused: Refused) -> JSONResponse:
        fields = {"reason": str(refused.reason), "facts": refused.facts}
        return answer(fields, _STATUS.get(refused.reason, 403))

    def grant(given: Grant) -> JSONResponse:
        fields: dict[str, object] = {"certificate": given.chain.decode(), "roots": authority().roots_pem.decode()}
        fields |= {"community": given.community, "box": given.box, "grpc_port": grpc_port()}
        return answer(fields)

    @app.middleware("http")
    async def bounded(request: Request, call_next: Callable[[Request], Awaitable[JSONResponse]]) -> JSONResponse:
        """Holds back who asks too often, and turns what is wrong here into a reason."""
        wait_s = guesses.busy_for_s(_peer(request), monotonic_s())
        if wait_s:
            return refusal(Refused(Reason.BUSY, retry_s=int(wait_s) + 1))
        return await call_next(request)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        """Says no; a code that is none counts as a guess, and too many lock the address out."""
        if error.reason is not Reason.FINE:
            log.info("enrolment: %s from %s: %s", request.url.path, _peer(request), error.reason)
        if error.reason in _GUESSED:
            locked_s = guesses.wrong(_peer(request), monotonic_s())
            if locked_s:
                log.warning("enrolment: %s is locked out for %d s after wrong codes", _peer(request), locked_s)
                return refusal(Refused(Reason.CODE_LOCKED, retry_s=int(locked_s) + 1))
        return refusal(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, _error: RequestValidationError) -> JSONResponse:
        """Not the form of `anju_protos/enrolment.py`; what was sent is not repeated."""
        return refusal(Refused(Reason.REQUEST, why="not of the form that this hub knows"))

    @app.exception_handler(HTTPException)
    async def no_such_call(_request: Request, error: HTTPException) -> JSONResponse:
        """No such path or method."""
        return answer({"reason": str(Reason.REQUEST), "facts": {"why": "no such call"}}, error.status_code)

    async def hub_fault(_request: Request, error: Exception) -> JSONResponse:
        """The hub's files or registry are no good: the log has the details, the box learns that it is the hub."""
        log.error("enrolment: %s", error)
        return refusal(Refused(Reason.HUB_FAULT))

    faults: tuple[type[Exception], ...] = (AuthorityMissing, AuthorityDamaged, *store_faults)
    for fault in faults:
        app.add_exception_handler(fault, hub_fault)

    @app.get(ROOTS_PATH)
    async def roots() -> JSONResponse:
        """The private roots, public as they are; the box compares them with the pin of its code."""
        return answer({"service": SERVICE, "roots": authority().roots_pem.decode()})

    @app.get(NONCE_PATH)
    async def nonce() -> JSONResponse:
        """What makes a proof good for a few minutes only."""
        return answer({"service": SERVICE, "nonce": nonces.new(monotonic_s()).hex()})

    @app.post(CLAIM_PATH)
    async def claim(body: ClaimBody) -> JSONResponse:
        """A code for a certificate."""
        request = ClaimRequest(
            body.claim,
            bytes.fromhex(body.csr),
            bytes.fromhex(body.nonce),
            bytes.fromhex(body.proof),
            body.box,
            body.community,
        )
        if not nonces.is_good(request.nonce, monotonic_s()):
            raise Refused(Reason.REQUEST, why="the nonce is none of this hub's, or too old")
        return grant(await enrolment.claim(request))

    @app.post(RENEW_PATH)
    async def renew(request: Request) -> JSONResponse:
        """A certificate for a newer one."""
        return grant(await enrolment.renew(_certificate(request)))

    @app.post(REASONS_PATH)
    async def reasons(request: Request, body: ReasonsBody) -> JSONResponse:
        """Why is this box not served?"""
        found = await enrolment.reason(_certificate(request), body.claim)
        if found.reason in _GUESSED:
            raise found
        return answer({"reason": str(found.reason), "facts": found.facts})

    app.add_middleware(BoundedBody, max_bytes=MAX_REQUEST_BYTES)
    return app


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


def _certificate(request: Request) -> x509.Certificate | None:
    """The certificate whose key the peer has proven in the handshake."""
    der: bytes | None = getattr(request.state, "peer_certificate", None)
    return x509.load_der_x509_certificate(der) if der else None
