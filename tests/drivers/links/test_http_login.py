"""Logging in by HTTP: what is offered, what is chosen, and the digest itself against others' clients and servers."""

from __future__ import annotations

import re

import httpx
import pytest
import requests.auth
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import running
from anju_drivers.errors import DeviceRefused
from anju_drivers.hikvision.simulator import CameraSimulator
from anju_drivers.hikvision.stream import PATHS
from anju_drivers.links.http_login import Login, challenge, credentials, read_challenges, strongest
from anju_drivers.links.lan import HttpRefused, endless_get
from anju_drivers.testing.camera import PASSWORD, USER

MD5 = 'Digest realm="IP Camera(12345)", qop="auth", nonce="abc:def==", algorithm=MD5'
SHA = 'Digest realm="x", qop="auth,auth-int", nonce="n2", algorithm=SHA-256, opaque="o"'
LOGIN = Login(USER, PASSWORD)


@pytest.mark.parametrize(
    ("headers", "schemes"),
    [
        ((MD5,), ["digest"]),
        (('Basic realm="a, b", charset="UTF-8"', MD5), ["basic", "digest"]),
        (('Basic realm="x", ' + MD5,), ["basic", "digest"]),
        ((MD5 + ", " + SHA + ', Basic realm="x"',), ["digest", "digest", "basic"]),
        (("Negotiate, " + MD5,), ["negotiate", "digest"]),
        (("Negotiate", "NTLM", MD5), ["negotiate", "ntlm", "digest"]),
        (("Negotiate YII/abc+d==, " + MD5,), ["negotiate", "digest"]),
        (("Negotiate TlRMTVNTUAAB==, " + MD5,), ["negotiate", "digest"]),
        (('X-Own realm="Digest inside a text, Digest", ' + MD5,), ["x-own", "digest"]),
        ((MD5.replace(", ", " , "),), ["digest"]),
        (('Digest realm="x" nonce="y" qop="auth"',), ["digest"]),
        ((" , ",), []),
        ((), []),
    ],
)
def test_all_challenges_are_read(headers: tuple[str, ...], schemes: list[str]) -> None:
    found = read_challenges(headers)
    assert [one.scheme for one in found] == schemes
    digests = [one for one in found if one.scheme == "digest"]
    assert all(one.parameters["nonce"] for one in digests)


@given(st.lists(st.text(max_size=200), max_size=4))
def test_no_header_raises(headers: list[str]) -> None:
    found = strongest(read_challenges(headers))
    if found:
        credentials(found, LOGIN, "GET", "/")


@pytest.mark.parametrize(
    ("headers", "basic", "algorithm"),
    [
        (('Basic realm="x"', MD5), False, "MD5"),
        (('Basic realm="x"', MD5, SHA), True, "SHA-256"),
        ((SHA, MD5), False, "SHA-256"),
        ((MD5.replace("MD5", "SHA-512-256"), MD5), False, "MD5"),
        ((SHA.replace('"auth,auth-int"', '"auth-int"'), MD5), False, "MD5"),
        ((MD5.replace("algorithm=MD5", "algorithm=md5-sess"),), False, "MD5-SESS"),
        (('Basic realm="x"', "Negotiate"), False, None),
        (("Digest realm=x",), False, None),
    ],
)
def test_the_strongest_is_chosen(headers: tuple[str, ...], basic: bool, algorithm: str | None) -> None:
    chosen = strongest(read_challenges(headers), allow_basic=basic)
    assert (chosen.algorithm if chosen else None) == algorithm


def test_basic_only_where_the_site_allows_it() -> None:
    offered = read_challenges(['Basic realm="x"'])
    assert strongest(offered) is None
    chosen = strongest(offered, allow_basic=True)
    assert chosen
    assert credentials(chosen, Login("a", "b"), "GET", "/") == "Basic YTpi"


@pytest.mark.parametrize(("algorithm", "response"), [
    ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
])  # fmt: skip
def test_the_examples_of_rfc_7616(algorithm: str, response: str) -> None:
    """Section 3.9.1."""
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", '
        f'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", algorithm={algorithm}, '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    (offered,) = read_challenges([header])
    made = credentials(
        offered,
        Login("Mufasa", "Circle of Life"),
        "GET",
        "/dir/index.html",
        "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert f'response="{response}"' in made
    assert "qop=auth" in made
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in made


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", ['qop="auth", ', ""])
def test_requests_makes_the_same_answer(algorithm: str, qop: str) -> None:
    """For the client nonce that requests chose; with and without quality of protection."""
    header = f'Digest {qop}realm="r", nonce="n", algorithm={algorithm}'
    theirs = requests.auth.HTTPDigestAuth(USER, PASSWORD)
    theirs.init_per_thread_state()
    theirs._thread_local.chal = requests.utils.parse_dict_header(header.removeprefix("Digest "))
    wanted = theirs.build_digest_header("GET", "http://camera/a?b=c%20d") or ""
    cnonce = re.search(r'cnonce="(\w+)"', wanted)
    (offered,) = read_challenges([header])
    made = credentials(offered, LOGIN, "GET", "/a?b=c%20d", cnonce[1] if cnonce else "")
    response = re.compile(r'response="(\w+)"')
    assert response.findall(made) == response.findall(wanted)


BEFORE = [
    (),
    ('Basic realm="web"',),
    ("Negotiate",),
    ("Negotiate", "NTLM", 'Basic realm="web"'),
]


@pytest.mark.parametrize("offers", BEFORE)
@pytest.mark.parametrize("in_one_header", [True, False])
async def test_a_camera_that_names_another_way_first_is_logged_in_to(
    offers: tuple[str, ...], in_one_header: bool
) -> None:
    camera = CameraSimulator(algorithm="SHA-256")
    camera.offers, camera.offers_in_one_header = offers, in_one_header
    async with running(camera), endless_get(camera.link + PATHS[0] + "?a=[All]&b=1", LOGIN) as body:
        assert body.content_type.startswith("multipart")
        assert camera.failed_logins == 0
        assert len(camera.requests) == 2


async def test_a_wrong_password_is_tried_once_and_a_stale_nonce_again() -> None:
    camera = CameraSimulator(password="another")
    camera.offers = ('Basic realm="web"',)
    async with running(camera):
        with pytest.raises(HttpRefused) as refused:
            async with endless_get(camera.link + PATHS[0], LOGIN):
                pass
        assert (refused.value.status, camera.failed_logins) == (401, 1)
        camera.tells_stale = True
        camera.requests.clear()
        with pytest.raises(HttpRefused):
            async with endless_get(camera.link + PATHS[0], LOGIN):
                pass
        assert len(camera.requests) == 3


async def test_a_camera_without_digest_gets_no_password_unless_the_site_says_so() -> None:
    camera = CameraSimulator()
    camera.offers, camera.has_digest = ('Basic realm="web"',), False
    async with running(camera):
        with pytest.raises(DeviceRefused, match=r"offers only basic.*allow_basic"):
            async with endless_get(camera.link + PATHS[0], LOGIN):
                pass
        assert len(camera.requests) == 1
        async with endless_get(camera.link + PATHS[0], Login(USER, PASSWORD, allow_basic=True)) as body:
            assert body.content_type.startswith("multipart")


async def test_our_challenge_is_understood_by_other_clients() -> None:
    (offered,) = read_challenges([challenge()])
    assert offered.algorithm == "MD5"
    auth = httpx.DigestAuth(USER, PASSWORD)
    flow = auth.auth_flow(httpx.Request("POST", "http://box/push/x"))
    next(flow)
    request = flow.send(
        httpx.Response(401, headers={"WWW-Authenticate": challenge()}, request=httpx.Request("POST", "http://box/x"))
    )
    assert request.headers["Authorization"].startswith("Digest ")
