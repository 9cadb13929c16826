"""Screens in a LAN: the box on one machine, a neighbour's browser on another, real addresses, a command on the box."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support.box_parts import ROSTER
from support.namespaces import Machine, two_machines
from support.paired import launched_now

LIMIT_S = 200.0  # only a hang meets it
KIOSK, STATUS = 8470, 8471
Json = dict[str, Any]  # Any: JSON


@dataclass
class Browser:
    """A browser on a machine of the LAN; it keeps its cookies."""

    machine: Machine
    box: str  # the address under which it opens the page
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        with self.machine.inside():
            line = http.client.HTTPConnection(self.box, KIOSK, timeout=20)
            try:
                headers = {"Origin": f"http://{self.box}:{KIOSK}", "Content-Type": "application/json"}
                headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                line.request(method, path, None if body is None else json.dumps(body), headers)
                answer = line.getresponse()
                for value in answer.headers.get_all("Set-Cookie") or ():
                    name, _, rest = value.partition("=")
                    self.cookies[name] = rest.partition(";")[0]
                text = answer.read()
                return answer.status, json.loads(text) if text[:1] == b"{" else {}
            finally:
                line.close()

    def pair(self) -> Json:
        status, answer = self.ask("POST", "/kiosk/duty-1/api/pair", {})
        assert status == 200, answer
        return answer

    @contextmanager
    def open(self) -> Iterator[None]:
        """The page stays open: it asks every now and then, until it is paired."""
        closed = threading.Event()

        def ask() -> None:
            while not closed.wait(1.0) and self.pair()["state"] != "paired":
                pass

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            closed.set()
            asking.join()

    def helps(self) -> tuple[int, str]:
        status, answer = self.ask("POST", "/kiosk/duty-1/api/help", {"held_ms": 1_500})
        return status, str(answer.get("outcome", answer.get("error")))


@dataclass
class Box:
    folder: Path
    machine: Machine

    @property
    def config(self) -> Path:
        return self.folder / "edge.toml"

    @contextmanager
    def running(self) -> Iterator[None]:
        words = (sys.executable, "-m", "anju_edge", "run", "--config", self.config)
        with (self.folder / "box.log").open("ab") as log:
            process = subprocess.Popen(self.machine.command(*words), stdout=log, stderr=log)
        try:
            until(lambda: self.page("list")[0] == 0, "the box to answer")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0

    def page(self, *words: str) -> tuple[int, str, str]:
        """Runs `anju-edge page` on the box."""
        command = (sys.executable, "-m", "anju_edge", "page", words[0], "--config", self.config, *words[1:])
        done = subprocess.run(self.machine.command(*command), capture_output=True, text=True, timeout=100)
        return done.returncode, done.stdout, done.stderr


def until(wanted: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not wanted():
        assert time.monotonic() < end_s, what
        time.sleep(0.05)


@pytest.mark.timeout(600)
def test_a_screen_in_the_lan_is_paired_once_and_calls_for_help_from_its_own_address_alone(tmp_path: Path) -> None:
    with two_machines() as (box_machine, screen_machine):
        (tmp_path / "community.toml").write_text(ROSTER, encoding="utf-8")
        (tmp_path / "edge.toml").write_text(
            '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "box"\nroster = "community.toml"\n'
            f'[http]\nkiosk_listen = "{box_machine.address}:{KIOSK}"\nstatus_listen = "127.0.0.1:{STATUS}"\n'
            "[announce]\nenabled = false\n[journal]\nballast_bytes = 0\n[supervision]\nsynthetic_alarm_s = 0\n"
            '[[kiosks]]\nname = "duty-1"\nrole = "responder"\nactor = "m-01"\n[[kiosks]]\nname = "hall"\n',
            encoding="utf-8",
        )
        box = Box(tmp_path, box_machine)
        screen = Browser(screen_machine, box_machine.address)
        own = Browser(box_machine, "127.0.0.1")
        with box.running():
            assert screen.ask("GET", "/kiosk/duty-1")[0] in (200, 503)  # 503: no page is built here
            assert screen.helps() == (401, "not_paired")
            shown = screen.pair()
            assert (shown["state"], shown["address"]) == ("waiting", screen_machine.address)
            for path in ("/healthz", "/metrics"):
                assert screen.ask("GET", path)[0] == 404, "not on an address of the LAN"
            assert screen.ask("POST", "/kiosk/duty-1/api/launch", {"key": "0" * 64})[0] == 403
            assert own.pair()["state"] == "own_screen", "the pages are on loopback too"
            with screen.open():
                listed = box.page("list")[1]
                assert screen_machine.address in listed
                assert shown["code"] not in listed
                code, said, warned = box.page("approve", *shown["code"].split(), "--kind", "neighbour")
            assert (code, warned) == (0, ""), "the page has its key"
            assert screen_machine.address in said
            assert screen.pair()["state"] == "paired"
            assert screen.ask("GET", "/kiosk/duty-1/api/state")[0] == 200
            thief = Browser(box_machine, box_machine.address, dict(screen.cookies))
            assert thief.helps() == (401, "not_paired"), "its key is worth nothing at another address"
            assert thief.pair()["why"] == "moved"
        with box.running():
            assert screen.helps() == (200, "raised"), "paired once, whatever the box went through"
            with box_machine.inside():
                own.cookies = dict([launched_now(KIOSK, tmp_path / "box" / "run", "hall")["Cookie"].split("=", 1)])
            status, answer = own.ask("POST", "/kiosk/hall/api/help", {"held_ms": 1_500})
            assert (status, answer["outcome"]) == (200, "raised")
            [page_id] = [line.split()[0] for line in box.page("list")[1].splitlines() if screen_machine.address in line]
            assert box.page("revoke", page_id)[0] == 0
            assert screen.helps() == (401, "not_paired")
            assert screen.pair()["why"] == "revoked"
