"""Logging in to a camera by HTTP: the strongest way among all that it offers, and one try.

Sources: RFC 9110, 11.6.1 (several challenges in one header or in several, in any order) and RFC 7616 (Digest).
aiohttp's own middleware (3.14) reads the first challenge only: to a camera that names Basic or Negotiate first it sends
no credentials at all, which looks like a wrong password.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, hdrs
from yarl import URL

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,\s*)*')  # commas may be missing
_SCHEME = re.compile(rf"[\s,]*({_TOKEN})(?:\s+|,|$)")
_MAX_HEADER = 8192
_HASHES: Mapping[str, Callable[[bytes], hashlib._Hash]] = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}  # best first


@dataclass(frozen=True, slots=True)
class Login:
    """User and password. `allow_basic`: the site takes it upon itself that they go over the LAN in the clear.

    Kept out of `repr`.
    """

    user: str
    password: str
    allow_basic: bool = False

    def __repr__(self) -> str:
        return f"Login(user={self.user!r})"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way of logging in, scheme and names of parameters in lower case."""

    scheme: str
    parameters: Mapping[str, str]

    @property
    def algorithm(self) -> str:
        return self.parameters.get("algorithm", "MD5").upper()


class NoLoginOffered(Exception):
    """The other side wants a login and offers none that we would use. `schemes` names what it offers."""

    def __init__(self, schemes: Iterable[str]) -> None:
        self.schemes = tuple(dict.fromkeys(schemes))
        super().__init__(f"offers only {', '.join(self.schemes) or 'an unknown way'} for the login")


def read_challenges(headers: Iterable[str]) -> list[Challenge]:
    """All challenges of all `WWW-Authenticate` headers in order, whatever is around them. Never raises."""
    found = []
    for header in headers:
        rest = header[:_MAX_HEADER]
        while scheme := _SCHEME.match(rest):
            rest = rest[scheme.end() :]
            parameters: dict[str, str] = {}
            while one := _PARAMETER.match(rest):
                value = re.sub(r"\\(.)", r"\1", one[2]) if one[2] is not None else one[3]
                parameters.setdefault(one[1].lower(), value)
                rest = rest[one.end() :]
            found.append(Challenge(scheme[1].lower(), parameters))
            if not parameters:  # Negotiate, or a token of 68 characters; its padding is none of ours
                rest = re.sub(r"^[A-Za-z0-9._~+/-]+=*\s*(?:,|$)", "", rest, count=1) if "," in rest else rest
    return found


def strongest(challenges: Iterable[Challenge], allow_basic: bool = False) -> Challenge | None:
    """Digest by SHA-256, then by MD5, then Basic where it is allowed; None when there is nothing for us."""
    digests = [one for one in challenges if one.scheme == "digest" and one.parameters.get("nonce")]
    for algorithm in _HASHES:
        for one in digests:
            if one.algorithm.removesuffix("-SESS") == algorithm and _takes_auth(one):
                return one
    return next((one for one in challenges if one.scheme == "basic" and allow_basic), None)


def _takes_auth(challenge: Challenge) -> bool:
    """By quality of protection: none (RFC 2069) or plain authentication. Of `auth-int` alone we know no camera."""
    offered = challenge.parameters.get("qop")
    return not offered or "auth" in (word.strip().lower() for word in offered.split(","))


def credentials(challenge: Challenge, login: Login, method: str, target: str, cnonce: str = "") -> str:
    """The `Authorization` header for one request with a new nonce. `target` is path and query as they are sent."""
    if challenge.scheme == "basic":
        return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode("ascii")
    given = challenge.parameters
    realm, nonce, algorithm = given.get("realm", ""), given["nonce"], challenge.algorithm
    cnonce = cnonce or secrets.token_hex(8)
    make = _HASHES[algorithm.removesuffix("-SESS")]

    def digest(*parts: str) -> str:
        return make(":".join(parts).encode()).hexdigest()

    secret = digest(login.user, realm, login.password)
    if algorithm.endswith("-SESS"):
        secret = digest(secret, nonce, cnonce)
    asked = digest(method, target)
    fields = [("username", login.user), ("realm", realm), ("nonce", nonce), ("uri", target)]
    bare = []
    if "algorithm" in given:
        bare.append(f"algorithm={given['algorithm']}")
    if given.get("qop"):
        count = "00000001"
        fields += [("cnonce", cnonce), ("response", digest(secret, nonce, count, cnonce, "auth", asked))]
        bare += ["qop=auth", f"nc={count}"]
    else:
        fields.append(("response", digest(secret, nonce, asked)))
    if "opaque" in given:
        fields.append(("opaque", given["opaque"]))
    quoted = ['{}="{}"'.format(name, re.sub(r'(["\\])', r"\\\1", value)) for name, value in fields]
    return "Digest " + ", ".join(quoted + bare)


def challenge() -> str:
    """A `WWW-Authenticate` header for who sends nothing before it is asked for a login. The answer is not checked."""
    return f'Digest realm="anju", qop="auth", algorithm=MD5, nonce="{secrets.token_hex(16)}"'


class LoginMiddleware:
    """Answers a 401 once; a second time only where the nonce was stale, which says nothing about the password.

    Raises `NoLoginOffered`. Each request begins without a login: cameras forget nonces. Only the origin that was asked
    first gets credentials.
    """

    def __init__(self, login: Login) -> None:
        self._login = login
        self._origin: URL | None = None

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        origin = request.url.origin()
        self._origin = self._origin or origin
        response = await handler(request)
        for number in range(2):
            if response.status != 401 or origin != self._origin:
                return response
            challenges = read_challenges(response.headers.getall(hdrs.WWW_AUTHENTICATE, ()))
            chosen = strongest(challenges, self._login.allow_basic)
            if chosen is None and number == 0:
                response.release()
                raise NoLoginOffered(one.scheme for one in challenges)
            is_stale = chosen is not None and chosen.parameters.get("stale", "").lower() == "true"
            if chosen is None or (number and not is_stale):
                return response
            response.release()
            request.headers[hdrs.AUTHORIZATION] = credentials(
                chosen, self._login, request.method, request.url.raw_path_qs
            )
            response = await handler(request)
        return response
