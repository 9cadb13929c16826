"""Slots under a real systemd and a real dpkg: upgrade running, a bad upgrade taken back, downgrade, refusal, purge.

The packages have the real maintainer scripts, launcher and unit, and a tiny program in place of the box; what the whole
package does is test_packages.py's.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from support.debian_machine import booted, layer_over, root_or_skip
from support.paths import ROOT

pytestmark = pytest.mark.prove
LIMIT_S = 1800.0

PROGRAM = """#!/opt/anju/edge/bin/python3 -I
import os, signal, socket, sys, time
VERSION = {version!r}
def notify(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(text.encode(), os.environ["NOTIFY_SOCKET"])
{body}
if "broken" in open(os.environ["CONFIGURATION_DIRECTORY"] + "/edge.toml").read():
    notify("STATUS=edge.toml:1: it is broken\\nERRNO=22")
    print("edge.toml:1: it is broken", file=sys.stderr)
    sys.exit(79 if os.environ.get("ANJU_TRIAL") else 78)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.signal(signal.SIGUSR1, lambda *_: time.sleep(1000))
for folder in (os.environ["STATE_DIRECTORY"], os.environ["RUNTIME_DIRECTORY"]):  # as a box after its ten minutes
    slot = os.environ["ANJU_SLOT"]
    with open(folder + "/slot", "w") as file:
        file.write("slot %s\\ntries 0\\nopen \\ngood %s\\nbad \\nend\\n" % (slot, slot))
notify("READY=1")
while True:
    notify("WATCHDOG=1")
    time.sleep(0.2)
"""
BAD = 'raise ImportError("no module named x")'


def package(folder: Path, version: str, body: str = "", *, oldest_reader: int = 1, schema: int = 2) -> Path:
    """Builds a .deb as the real one is laid out."""
    tree = folder / version
    edge = tree / "opt/anju/edge"
    sql = edge / "site/anju_edge/journal/schema"
    for path in (edge / "bin", sql, tree / "usr/lib/anju", tree / "usr/lib/systemd/system", tree / "DEBIAN"):
        path.mkdir(parents=True)
    (tree / "usr/share/anju-edge").mkdir(parents=True)
    (tree / "usr/share/anju-edge/edge.toml").write_text('[box]\nid = "x"\n', encoding="utf-8")
    (edge / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    (edge / "bin/python3").symlink_to("/usr/bin/python3")
    (edge / "bin/anju-edge").write_text(PROGRAM.format(version=version, body=body), encoding="utf-8")
    (edge / "bin/anju-edge").chmod(0o755)
    for number in range(1, schema + 1):
        reader = oldest_reader if number == schema else 1
        (sql / f"{number:04}_words.sql").write_text(f"-- oldest_reader: {reader}\n", encoding="utf-8")
    shutil.copy(ROOT / "packaging/launch", tree / "usr/lib/anju/launch")
    shutil.copy(ROOT / "systemd/anju-edge.service", tree / "usr/lib/systemd/system")
    for script in ("postinst", "prerm", "postrm"):
        shutil.copy(ROOT / "packaging/debian/anju-edge" / script, tree / "DEBIAN")
    (tree / "DEBIAN/control").write_text(
        f"Package: anju-edge\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: x <x@example.invalid>\nDescription: x\n",
        encoding="utf-8",
    )
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(tree)], check=True, capture_output=True)
    return folder / f"{version}.deb"


SCRIPT = """
say() { echo "$1=$2" >>/result; }
show() { systemctl show anju-edge --property="$1" --value; }
runs() { cat /run/anju-edge/running 2>/dev/null; }
until_so() {
  n=0
  until eval "$1"; do n=$((n + 1)); [ $n -lt 600 ] || { say timeout "$1"; return 1; }; sleep 0.2; done
}
is_up() { [ "$(show ActiveState)/$(show SubState)" = active/running ] && [ "$(runs)" = "$1" ]; }
mkdir -p /etc/systemd/system/anju-edge.service.d
printf '[Service]\\nWatchdogSec=2\\nRestartSec=0.5\\n' >/etc/systemd/system/anju-edge.service.d/quick.conf
d=/debs

dpkg -i $d/1.0.deb; say install $?
say configuration "$(stat -c %a:%G /etc/anju-edge/edge.toml)"
systemctl enable --now anju-edge; until_so 'is_up 1.0'
say first "$(runs)"

dpkg -i $d/2.0.deb; say upgrade $?
until_so 'is_up 2.0'; say upgraded "$(runs)"

dpkg -i $d/3.0.deb; say bad_upgrade $?
until_so '[ -e /var/lib/anju-edge/slot.rolled_back ]'; until_so 'is_up 2.0'
say taken_back "$(runs)"
say why "$(sed -n 's/^line //p' /var/lib/anju-edge/slot.rolled_back)"
say how "$(sed -n 's/^result //p;s/^status //p' /var/lib/anju-edge/slot.rolled_back | tr '\\n' ' ')"

dpkg -i $d/4.0.deb; say refused $?
say after_refusal "$(runs)"

dpkg -i $d/5.0.deb
until_so 'is_up 5.0'
i=0; while [ $i -lt 5 ]; do systemctl restart anju-edge; i=$((i + 1)); done
until_so 'is_up 5.0'; say planned "$(runs)"

pid=$(show MainPID); kill -9 "$pid"
until_so '[ "$(show MainPID)" != "$pid" ] && is_up 5.0'; say killed "$(runs)"
pid=$(show MainPID); kill -USR1 "$pid"
until_so '[ "$(show MainPID)" != "$pid" ] && is_up 5.0'; say watchdog "$(runs)"

dpkg -i $d/1.0.deb; say downgrade $?
until_so 'is_up 1.0'; say downgraded "$(runs)"

touch /run/anju-edge/busy
dpkg -i $d/6.0.deb >/busy.log 2>&1; say busy_upgrade $?
say busy "$(grep -c 'an incident is open' /busy.log)"
say busy_runs "$(runs)"
rm -f /run/anju-edge/busy; systemctl restart anju-edge; until_so 'is_up 6.0'

echo broken >>/etc/anju-edge/edge.toml; systemctl restart anju-edge
until_so '[ "$(show ActiveState)" = failed ]'
say code "$(show ExecMainStatus)"; say status "$(show StatusText)"; say restarts "$(show NRestarts)"
sed -i /broken/d /etc/anju-edge/edge.toml; systemctl start anju-edge; until_so 'is_up 6.0'

dpkg -r anju-edge; say remove $?
say removed "$(ls -A /opt/anju 2>/dev/null | tr '\\n' ' ')"; say kept "$(ls /etc/anju-edge | tr '\\n' ' ')"
dpkg -P anju-edge; say purge $?
say left "$(ls -d /opt/anju /etc/anju-edge /var/lib/anju-edge /var/lib/private/anju-edge 2>/dev/null | tr '\\n' ' ')"
say user "$(getent passwd anju-edge)"
say done yes
"""


@pytest.mark.timeout(int(LIMIT_S))
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_versions_come_and_go_under_a_real_systemd(tmp_path: Path, suite: str) -> None:
    root = root_or_skip(suite, make=True)
    made = tmp_path / "packages"
    made.mkdir()
    debs = [
        package(made, "1.0"),
        package(made, "2.0"),
        package(made, "3.0", BAD),
        package(made, "4.0", oldest_reader=9, schema=9),
        package(made, "5.0"),
        package(made, "6.0"),
    ]
    with layer_over(root) as path:
        (path / "debs").mkdir()
        for deb in debs:
            shutil.copy(deb, path / "debs")
        (path / "script").write_text(SCRIPT, encoding="utf-8")
        with booted(path) as machine:
            output = machine.run("sh", "/script", check=False, timeout_s=LIMIT_S).text
        assert (path / "result").exists(), output
        text = (path / "result").read_text(encoding="utf-8", errors="replace")
    print(text)
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    assert said == {
        "install": "0",
        "configuration": "640:anju-edge",
        "first": "1.0",
        "upgrade": "0",
        "upgraded": "2.0",
        "bad_upgrade": "0",
        "taken_back": "2.0",
        "why": "ImportError: no module named x",
        "how": "exit-code 1 ",
        "refused": "1",
        "after_refusal": "2.0",
        "planned": "5.0",
        "killed": "5.0",
        "watchdog": "5.0",
        "downgrade": "0",
        "downgraded": "1.0",
        "busy_upgrade": "0",
        "busy": "1",
        "busy_runs": "1.0",
        "code": "78",
        "status": "edge.toml:1: it is broken",
        "restarts": said.get("restarts", ""),
        "remove": "0",
        "removed": "",
        "kept": "edge.toml ",
        "purge": "0",
        "left": "",
        "user": "",
        "done": "yes",
    }
