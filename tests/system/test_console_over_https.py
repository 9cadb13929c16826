"""The console at an address that is not loopback: two machines, a real browser and what it is told to trust."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from playwright.async_api import Browser, Error
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.certificates import new_key
from anju_central.access.console_certificate import server_context
from anju_central.access.console_certificates import fingerprint, make_leaf
from anju_central.access.console_files import AUTHORITY, FOLDER
from anju_central.api.cookies import SECURE_COOKIE
from support.browser import launch_chromium, needs_chromium
from support.certificates import key_pem
from support.namespaces import Machine, two_machines
from support.signed_in import sign_in

PORT, OTHER_PORT = 7480, 8443
NAME, FOREIGN = "hub.example", "bank.example"
LIMIT_S = 120.0  # only a hang meets it

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.timeout(300)]


@dataclass
class Site:
    folder: Path
    operator: Machine
    hub: Machine

    @property
    def config(self) -> Path:
        return self.folder / "central.toml"

    @contextmanager
    def hub_runs(self) -> Iterator[None]:
        words = (sys.executable, "-m", "anju_central", "run", "--config", self.config)
        with (self.folder / "hub.log").open("ab") as log:
            process = subprocess.Popen(self.hub.command(*words), stdout=log, stderr=log)
        try:
            until(lambda: self.answers() is not None, "the console")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0

    def answers(self) -> object:
        """What the console says to somebody on the other machine who trusts nothing and asks all the same."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with self.operator.inside():
            try:
                url = f"https://{self.hub.address}:{PORT}/healthz"
                with urllib.request.urlopen(url, timeout=20, context=context) as answer:
                    return json.load(answer)
            except OSError:
                return None

    @asynccontextmanager
    async def browser(self, home: Path) -> AsyncIterator[Browser]:
        """An operator's browser on the other machine; `home` holds what it trusts."""
        rules = f"--host-resolver-rules=MAP {NAME} {self.hub.address}, MAP {FOREIGN} {self.hub.address}"
        async with launch_chromium(rules, home=home) as browser:
            yield browser

    @contextmanager
    def false_bank(self) -> Iterator[None]:
        """A site at the hub's machine whose certificate the console's authority signed: what a thief of it would do."""
        stolen = (self.folder / "hub" / FOLDER / AUTHORITY).read_bytes()
        authority, key = x509.load_pem_x509_certificate(stolen), new_key()
        signer = load_pem_private_key(stolen, None)
        leaf = make_leaf(key.public_key(), [FOREIGN], authority, signer, datetime.now(UTC))  # type: ignore[arg-type]
        context = server_context(key_pem(key) + leaf.public_bytes(Encoding.PEM))
        with self.hub.inside():
            listener = socket.create_server((self.hub.address, OTHER_PORT))
        serving = threading.Thread(target=_serve, args=(listener, context), daemon=True)
        serving.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            serving.join(10)


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(plain, server_side=True) as line:
                line.recv(4_096)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbank")
        except OSError:  # the browser does not go on
            plain.close()


def until(wanted: Callable[[], object], what: str) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not wanted():
        assert time.monotonic() < end_s, what
        time.sleep(0.1)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with two_machines() as (operator, hub):
        here = Site(tmp_path, operator, hub)
        here.config.write_text(
            f'data_dir = "hub"\nhttp_address = "{hub.address}:{PORT}"\n'
            f'[console]\nhosts = "{NAME} {hub.address}"\n[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\n',
            encoding="utf-8",
        )
        yield here


def trusting(home: Path, authority: Path) -> Path:
    """A user's folder whose trust store holds the authority, by the command that docs/hub.md names."""
    if shutil.which("certutil") is None:
        pytest.skip("no certutil: apt install libnss3-tools")
    store = f"sql:{home}/.pki/nssdb"
    (home / ".pki" / "nssdb").mkdir(parents=True)
    subprocess.run(["certutil", "-d", store, "-N", "--empty-password"], check=True)
    words = ["certutil", "-d", store, "-A", "-t", "C,,", "-n", "anju-console", "-i", str(authority)]
    subprocess.run(words, check=True)
    return home


async def goes_to(browser: Browser, url: str) -> str:
    """The page's status, or the browser's word for why there is none."""
    page = await browser.new_page()
    try:
        answer = await page.goto(url)
    except Error as error:
        return re.sub(r"(?s).*?net::(\w+).*", r"\1", error.message)
    finally:
        await page.close()
    assert answer is not None
    return str(answer.status)


def test_a_browser_on_another_machine_trusts_the_console_once_it_is_told_to_and_no_other_site(site: Site) -> None:
    page_of = sign_in(site.folder / "hub")
    with site.hub_runs():
        authority = site.folder / "authority.crt"
        words = ["console", "certificate", "--config", str(site.config), "--export", str(authority)]
        shown = CliRunner().invoke(app, words, env={"COLUMNS": "300"})
        assert shown.exit_code == 0, shown.output
        knows = trusting(site.folder / "knows", authority)
        stranger = site.folder / "stranger"
        stranger.mkdir()

        async def look() -> None:
            named, numbered = f"https://{NAME}:{PORT}", f"https://{site.hub.address}:{PORT}"
            async with site.browser(stranger) as browser:
                assert await goes_to(browser, named) == "ERR_CERT_AUTHORITY_INVALID"
            async with site.browser(knows) as browser:
                assert await goes_to(browser, f"{named}/healthz") == "200"
                assert await goes_to(browser, f"{numbered}/healthz") == "200"
                assert await goes_to(browser, f"http://{site.hub.address}:{PORT}/") == "ERR_EMPTY_RESPONSE"
                assert await goes_to(browser, f"https://{FOREIGN}:{PORT}/") == "ERR_CERT_COMMON_NAME_INVALID"
                assert await goes_to(browser, f"https://{FOREIGN}:{OTHER_PORT}/") == "ERR_CERT_INVALID"
                page = await browser.new_page()
                value = page_of["Cookie"].partition("=")[2]
                await page.context.add_cookies(
                    [{"name": SECURE_COOKIE, "value": value, "url": f"{named}/", "secure": True}]
                )
                await page.goto(f"{named}/")
                live = "() => new Promise(done => new EventSource('/api/stream').addEventListener('hello', done))"
                assert await page.evaluate(f"({live})().then(() => window.isSecureContext)") is True

        # in the thread that is on the operator's machine: the browser is its child
        with site.false_bank(), site.operator.inside():
            asyncio.run(look())
    assert fingerprint_in(shown.output) == fingerprint_of(authority)


def fingerprint_in(text: str) -> str:
    found = re.search(r"SHA-256 ([0-9A-F:]{95})", text)
    assert found is not None
    return found[1]


def fingerprint_of(path: Path) -> str:
    return fingerprint(x509.load_pem_x509_certificate(path.read_bytes()))


def test_a_hub_listens_where_the_documents_say_and_nowhere_else(site: Site) -> None:
    with site.hub_runs():
        done = subprocess.run(site.hub.command("ss", "-Hlntu"), capture_output=True, text=True, check=True)
    listening = {line.split()[4] for line in done.stdout.splitlines()}
    # gRPC binds 127.0.0.1 by a socket that could do IPv6
    assert {where.replace("[::ffff:127.0.0.1]", "127.0.0.1") for where in listening} == {
        f"{site.hub.address}:{PORT}",
        "127.0.0.1:7420",
    }
