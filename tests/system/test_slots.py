"""Slots: the launcher by a real dash, the swap of postinst cut at each of its steps. See docs/adr/0017-slots.md."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.faults import fill_disk, small_disk
from support.slots import LAUNCH, POSTINST, BoxRoot

pytestmark = pytest.mark.skipif(shutil.which("dash") is None, reason="no dash: Debian's sh is what boxes have")
BAD = 'echo "Traceback (most recent call last):" >&2; echo "ImportError: no module named x" >&2; exit 1'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: postinst syncs its file system, on a busy disk that takes seconds."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="anju-slots-") as made:
        yield Path(made)


@pytest.fixture
def box(folder: Path) -> BoxRoot:
    """A box with a version that proved itself."""
    made = BoxRoot(folder / "root")
    made.install("1.0")
    assert (made.slot("current"), made.slot("previous")) == ("1.0", "")
    made.commit("1.0")
    return made


def runs(box: BoxRoot, times: int) -> list[str]:
    return [box.start().slot for _ in range(times)]


def test_a_good_version_stays(box: BoxRoot) -> None:
    box.install("2.0")
    assert (box.slot("current"), box.slot("previous")) == ("2.0", "1.0")
    assert runs(box, 2) == ["2.0", "2.0"]
    box.commit("2.0")
    box.unpack("2.0", BAD)  # files of dpkg change under it; the slot does not
    assert runs(box, 5) == ["2.0"] * 5
    box.install("2.0", BAD)  # the same number again, damaged: another slot
    assert (box.slot("current"), box.slot("previous")) == ("2.0.2", "2.0")
    assert runs(box, 5) == ["2.0.2", "2.0.2", "2.0.2", "2.0", "2.0"]


def test_a_bad_version_goes_back_after_three_tries_and_says_why(box: BoxRoot) -> None:
    box.install("2.0", BAD)
    assert runs(box, 5) == ["2.0", "2.0", "2.0", "1.0", "1.0"]
    told = box.known("slot.rolled_back")
    assert (told["bad"], told["to"], told["result"], told["status"]) == ("2.0", "1.0", "exit-code", "1")
    assert told["line"] == "ImportError: no module named x"
    box.reboot()
    assert runs(box, 1) == ["1.0"]
    box.install("3.0")  # the way back does not lead to the bad one
    assert (box.slot("current"), box.slot("previous")) == ("3.0", "1.0")
    assert runs(box, 1) == ["3.0"]
    box.commit("3.0")
    box.install("2.0")  # the same number, mended
    assert runs(box, 4) == ["2.0"] * 4


def test_a_version_that_was_committed_is_never_rolled_back(box: BoxRoot) -> None:
    box.install("2.0", BAD)
    box.start()
    box.commit("2.0")
    assert runs(box, 10) == ["2.0"] * 10


def test_planned_restarts_and_reboots_and_power_cuts_are_no_tries(box: BoxRoot) -> None:
    box.install("2.0", BAD)
    for _ in range(5):
        assert box.start(planned=True).slot == "2.0"
    for _ in range(5):
        assert box.start(power_cut=True).slot == "2.0"
        box.reboot()
    assert runs(box, 4) == ["2.0", "2.0", "2.0", "1.0"]


def test_a_process_that_vanished_without_a_reboot_is_a_try(box: BoxRoot) -> None:
    """systemd itself was killed, or ExecStopPost could not run: the machine did not go down."""
    box.install("2.0", BAD)
    for _ in range(3):
        assert box.start(power_cut=True).slot == "2.0"
    assert box.start().slot == "1.0"


@pytest.mark.parametrize("status", [79, 80])
def test_a_version_that_knows_that_it_cannot_run_is_not_tried_again(box: BoxRoot, status: int) -> None:
    box.install("2.0", f"exit {status}")
    assert runs(box, 2) == ["2.0", "1.0"]
    assert box.known("slot.rolled_back")["status"] == str(status)


def test_the_first_version_has_no_way_back_and_runs(folder: Path) -> None:
    box = BoxRoot(folder)
    box.install("1.0", BAD)
    assert runs(box, 5) == ["1.0"] * 5


def test_a_downgrade_is_a_version_like_any_other(box: BoxRoot) -> None:
    box.install("2.0")
    box.commit("2.0")
    box.install("1.0", BAD)
    assert box.slot("current") == "1.0.2"  # 1.0 is there still, as the previous one was
    assert runs(box, 4) == ["1.0.2", "1.0.2", "1.0.2", "2.0"]


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"\0" * 4096, b"slot 2.0\ntries 3\n", b"slot ../../etc\ntries x\nopen \ngood $(reboot)\nbad ;\nend\n",
        b"slot 2.0\ntries 99999999999999999999\nopen \ngood \nbad \nend\n", bytes(range(256)) * 16,
    ],
)  # fmt: skip
def test_a_damaged_state_starts_the_current_version_and_counts_anew(box: BoxRoot, damage: bytes) -> None:
    box.install("2.0", BAD)
    for path in (box.state / "slot", box.run / "slot"):
        path.write_bytes(damage)
    assert runs(box, 4) == ["2.0", "2.0", "2.0", "1.0"]


def test_a_state_that_is_a_folder_or_may_not_be_written_does_not_stop_it(box: BoxRoot) -> None:
    box.install("2.0", BAD)
    (box.state / "slot").unlink()
    (box.state / "slot").mkdir()
    assert runs(box, 4) == ["2.0", "2.0", "2.0", "1.0"]  # counted in the runtime folder


def test_missing_slots(box: BoxRoot) -> None:
    box.install("2.0")
    shutil.rmtree(box.anju / "slots" / "2.0")
    done = box.start()
    assert done.slot == "1.0"
    assert "install the package again" in done.log
    (box.anju / "current").unlink()
    assert box.start().slot == "1.0"
    shutil.rmtree(box.anju / "slots")
    done = box.start()  # what dpkg unpacked is left
    assert (done.code, done.slot) == (0, "")
    assert "2.0 ran as" in done.log


def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 << 20) as disk:
        box = BoxRoot(disk)
        box.install("1.0")
        box.commit("1.0")
        box.install("2.0", BAD)
        shutil.rmtree(box.run)
        memory = tmp_path / "run"  # /run is another file system
        memory.mkdir()
        box.run.symlink_to(memory)
        fill_disk(disk)
        done = box.start()
        assert done.slot == "2.0"
        assert "does not take the count" in done.log
        assert runs(box, 3) == ["2.0", "2.0", "1.0"]  # counted in memory all the same
        assert runs(box, 2) == ["1.0", "1.0"]


def test_a_full_disk_with_a_version_that_is_known_bad(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 << 20) as disk:
        box = BoxRoot(disk)
        box.install("1.0")
        box.commit("1.0")
        box.install("2.0", BAD)
        runs(box, 4)
        shutil.rmtree(box.run)  # a reboot
        box.run.symlink_to(tmp_path / "nowhere")  # and not even a runtime folder
        fill_disk(disk)
        done = box._launch("run")
        assert "1.0 ran as 1.0" in done.stderr


def test_a_persons_command_is_the_version_that_runs(box: BoxRoot, tmp_path: Path) -> None:
    box.install("2.0", BAD)
    runs(box, 4)
    command = tmp_path / "anju-edge"
    command.symlink_to(LAUNCH)
    before = box.known()
    given = {**os.environ, "ANJU_ROOT": str(box.anju), "ANJU_STATE": str(box.state), "ANJU_RUN": "/none"}
    done = subprocess.run([str(command), "version"], env=given, capture_output=True, text=True)
    assert "1.0 ran as" in done.stderr
    assert box.known() == before


def test_the_update_helper_is_the_version_that_runs(box: BoxRoot, tmp_path: Path) -> None:
    """Its unit has folders of its own; after a roll-back it must not be the bad version, which can install nothing."""
    box.install("2.0", BAD)
    runs(box, 4)
    before = box.known()
    folders = {"STATE_DIRECTORY": str(tmp_path / "helper"), "RUNTIME_DIRECTORY": str(tmp_path / "helper-run")}
    own = {"ANJU_STATE": str(box.state), "ANJU_RUN": str(box.run)}
    assert "1.0 ran as" in box._launch("command", "apply-update", **own, **folders).stderr
    assert box.known() == before


def test_the_log_passes_through_while_a_version_is_on_trial(box: BoxRoot) -> None:
    box.install("2.0", 'echo "<3>{\\"message\\": \\"a 中 line\\"}" >&2; printf "no end" >&2; exit 0')
    done = box.start()
    assert '<3>{"message": "a 中 line"}' in done.log
    box.install("3.0", 'i=0; while [ $i -lt 3000 ]; do echo "line $i of a flood" >&2; i=$((i + 1)); done; exit 3')
    done = box.start()
    assert done.log.count("of a flood") == 3000
    assert box.known("slot.ended")["line"] == "line 2999 of a flood"


# ---- preinst and postinst


def test_a_version_without_room_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """With the records on the same disk: they want 128 MiB besides."""
    with small_disk(tmp_path, 192 << 20) as disk:
        box = BoxRoot(disk)
        box.install("1.0")
        assert box.preinst(30 << 10, "upgrade", "1.0", "2.0").stderr == ""
        done = box.preinst(100 << 10, "upgrade", "1.0", "2.0")
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert re.search(r"not installed, \d+ MB more must be free in \S+; 1\.0 \S+ goes on$", done.stderr.strip())
        assert box.preinst(100 << 10, "install").returncode == 1
        assert box.preinst(100 << 10, "abort-upgrade", "2.0").returncode == 0  # dpkg goes back: nothing to refuse
        elsewhere = tmp_path / "records"
        elsewhere.mkdir()
        shutil.rmtree(disk / "var")
        (disk / "var").mkdir()
        (disk / "var" / "lib").symlink_to(elsewhere)  # on a disk of their own
        assert box.preinst(100 << 10, "upgrade", "1.0", "2.0").returncode == 0


def test_a_system_without_opt_is_asked_above_it(box: BoxRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The image of a container may lack /opt: nothing but / is left of the way to it."""
    monkeypatch.setattr(box, "root", Path("/none-of-it-is-there"))
    done = box.preinst(1, "install")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_disk_that_is_full_when_the_slot_is_made_leaves_what_runs(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 << 20) as disk:
        box = BoxRoot(disk)
        box.install("1.0")
        box.commit("1.0")
        box.unpack("2.0")
        hog = fill_disk(disk)
        done = box.configure()
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "No space left on device" in done.stderr
        assert done.stderr.strip().endswith("run: dpkg --configure anju-edge; 1.0 goes on")
        assert (box.slot("current"), os.listdir(box.anju / "slots")) == ("1.0", ["1.0"])
        hog.unlink()
        assert box.configure().returncode == 0
        assert (box.slot("current"), box.slot("previous")) == ("2.0", "1.0")


def test_a_version_whose_records_the_one_before_cannot_read_is_refused(box: BoxRoot) -> None:
    box.unpack("2.0", schema=3, oldest_reader=3)
    done = box.configure()
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "refused, 1.0 could not read the records" in done.stderr
    assert (box.slot("current"), box.slot("previous"), os.listdir(box.anju / "slots")) == ("1.0", "", ["1.0"])
    assert box.configure(ANJU_NO_WAY_BACK="1").returncode == 0
    assert (box.slot("current"), box.slot("previous")) == ("2.0", "")


def test_a_version_that_only_adds_is_taken(box: BoxRoot) -> None:
    box.install("2.0", schema=12, oldest_reader=2)
    assert (box.slot("current"), box.slot("previous")) == ("2.0", "1.0")


def test_the_version_that_proved_itself_stays_the_way_back(box: BoxRoot) -> None:
    box.install("2.0")
    box.start()
    box.install("3.0")  # 2.0 was never committed
    assert (box.slot("current"), box.slot("previous")) == ("3.0", "1.0")


def test_a_version_under_trial_is_no_way_back_even_where_no_one_is_known_as_good(folder: Path) -> None:
    box = BoxRoot(folder / "root")
    box.install("1.0")
    box.start()
    box.install("2.0")
    box.start()  # a try, not over
    box.install("3.0")
    assert (box.slot("current"), box.slot("previous")) == ("3.0", "1.0")


def test_what_runs_is_not_removed(box: BoxRoot) -> None:
    """A version loads parts of itself late: its files stay until it has ended."""
    box.install("2.0")
    box.start()  # it runs on, an incident is open
    box.install("3.0")
    assert sorted(os.listdir(box.anju / "slots")) == ["1.0", "2.0", "3.0"]
    box.start()
    box.commit("3.0")
    box.install("4.0")
    assert sorted(os.listdir(box.anju / "slots")) == ["3.0", "4.0"]


def test_the_slots_share_their_files_with_nobody_that_changes_them(box: BoxRoot) -> None:
    box.install("2.0")
    old, new = box.anju / "slots" / "1.0", box.anju / "slots" / "2.0"
    assert (old / "VERSION").read_text(encoding="utf-8") == "1.0\n"
    assert os.stat(new / "VERSION").st_ino == os.stat(box.anju / "edge" / "VERSION").st_ino
    assert "#!/opt/anju/edge/" in (new / "bin" / "anju-edge").read_text(
        encoding="utf-8"
    )  # only the first line is changed
    assert stat.S_IMODE((new / "bin" / "anju-edge").stat().st_mode) == 0o755


STEPS = ("cp", "sed", "mv", "ln", "rm", "sync", "mkdir")  # what changes something


def shims(folder: Path, at: int) -> Path:
    """Commands for PATH that count themselves: before the n-th the power goes."""
    folder.mkdir()
    count = folder / "count"
    for name in STEPS:
        lines = [
            "#!/bin/dash",
            f'read -r n <"{count}" || n=0',
            f'n=$((n + 1)); echo $n >"{count}"',
            f'if [ "$n" -ge {at} ]; then kill -9 0; fi',
            f'exec {shutil.which(name)} "$@"',
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    count.write_text("0\n", encoding="utf-8")
    return folder


def configure_cut(box: BoxRoot, folder: Path, at: int) -> bool:
    """Runs postinst until its n-th step. Returns whether the power went."""
    path = f"{shims(folder, at)}:{os.environ['PATH']}"
    given = {**os.environ, "DPKG_ROOT": str(box.root), "PATH": path}
    done = subprocess.run(
        ["dash", str(POSTINST), "configure"], env=given, capture_output=True, text=True, start_new_session=True
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode != 0


@pytest.mark.timeout(600)  # dozens of runs of postinst; no speed is meant
def test_a_power_cut_at_each_step_of_the_swap_leaves_a_box_that_runs(folder: Path) -> None:
    """After every cut something whole runs, a bad new version still goes back, and a second run finishes the swap."""
    made = BoxRoot(folder / "made")
    made.install("1.0")
    made.commit("1.0")
    made.install("2.0")
    made.commit("2.0")
    made.unpack("3.0", BAD)
    was_cut, at, seen = True, 0, set()
    while was_cut:
        at += 1
        box = BoxRoot(folder / f"root-{at}")
        subprocess.run(["cp", "-a", "--no-target-directory", str(made.root), str(box.root)], check=True)
        was_cut = configure_cut(box, folder / f"bin-{at}", at)
        links = (box.slot("current"), box.slot("previous"))
        first = box.start()
        assert (first.slot, first.code) in [("2.0", 0), ("3.0", 1)], at
        if links not in seen and first.slot == "3.0":
            assert runs(box, 3) == ["3.0", "3.0", "2.0"], at  # the way back is there
            box.commit("2.0")
        seen.add(links)
        done = box.configure()  # dpkg --configure -a after the boot
        assert done.returncode == 0, done.stderr
        assert box.slot("current").startswith("3.0"), at
        assert box.slot("previous") == "2.0", at
        assert sorted(os.listdir(box.anju / "slots")) == ["2.0", box.slot("current")], at
        shutil.rmtree(box.root)
    assert at > 10  # it was cut at each of them
    assert {("2.0", "1.0"), ("2.0", "2.0"), ("3.0", "2.0")} == seen
