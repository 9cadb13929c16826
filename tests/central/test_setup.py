"""`anju-central setup` and the nightly copies: what they write, what they never overwrite, what they say."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.console_certificates import fingerprint
from anju_central.config import load_config
from anju_central.store.backups import LAST_BACKUP, LATE_AFTER_S, backup_into, last_backup
from anju_central.store.damage import STORE_FILE
from anju_central.store.sqlite_store import SqliteEventStore
from support.paths import ROOT

NOW_S = 1_796_000_000.0
DAY_S = 86_400


def run(*words: object) -> tuple[int, str]:
    """The exit code of a command, and both streams without line breaks of the terminal."""
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "400"})
    return done.exit_code, done.output


@pytest.fixture
def answers(tmp_path: Path) -> list[object]:
    """Options that answer all questions."""
    return ["--data", tmp_path / "data", "--backup", tmp_path / "backups", "--keep", 3]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "central.toml"


def test_what_it_writes_is_a_configuration(config: Path, answers: list[object], tmp_path: Path) -> None:
    code, text = run("setup", "--config", config, *answers, "--boxes", "127.0.0.1:7520")
    assert code == 0, text
    written = load_config(config)
    assert (written.data_dir, written.grpc_address) == (tmp_path / "data", "127.0.0.1:7520")
    assert (written.backup.folder, written.backup.keep) == (tmp_path / "backups", 3)
    assert oct(config.stat().st_mode)[-3:] == "640"
    assert (tmp_path / "backups").is_dir()
    assert "systemctl enable --now anju-central anju-central-backup.timer" in text
    assert "only this machine reaches the hub" in text


def test_it_makes_the_first_account_or_says_how(config: Path, answers: list[object], tmp_path: Path) -> None:
    code, text = run("setup", "--config", config, *answers)
    assert code == 0, text
    assert f"anju-central account add NAME --role supervisor --communities every --config {config}" in text
    code, text = run("setup", "--config", config, *answers, "--overwrite", "--account", "chief")
    assert code == 0, text
    assert re.search(r"http://127\.0\.0\.1:7480/#/link/[\w-]{43}\n", text)
    assert "account add" not in text
    assert "chief" in run("account", "list", "--config", config)[1]


def test_a_configuration_that_is_there_stays(config: Path, answers: list[object]) -> None:
    assert run("setup", "--config", config, *answers)[0] == 0
    before = config.read_bytes()
    code, text = run("setup", "--config", config, *answers, "--boxes", "127.0.0.1:7521")
    assert (code, config.read_bytes()) == (1, before)
    assert "--overwrite" in text
    code, text = run("setup", "--config", config, *answers, "--boxes", "127.0.0.1:7521", "--overwrite")
    assert code == 0, text
    assert load_config(config).grpc_address == "127.0.0.1:7521"
    assert config.with_name("central.toml.old").read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        ["--operators", "0.0.0.0:7480", "--console-name", "https://a"],
        ["--boxes", "no port"],
        ["--operators", "no port"],
    ],
)
def test_a_wrong_answer_writes_nothing(config: Path, answers: list[object], wrong: list[object]) -> None:
    code, text = run("setup", "--config", config, *answers, *wrong)
    assert code == 2, text
    assert not config.exists()
    assert "Traceback" not in text
    assert [path.name for path in config.parent.glob(".*")] == []


def test_the_authority_is_made_and_its_root_goes_to_the_stick(
    config: Path, answers: list[object], tmp_path: Path
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("correct horse battery staple")
    options = ["--root-key", tmp_path / "root.key", "--passphrase-file", passphrase, "--address", "hub.example"]
    code, text = run("setup", "--config", config, *answers, *options)
    assert code == 0, text
    assert (tmp_path / "data" / "tls" / "server.pem").is_file()
    assert (tmp_path / "root.key").is_file()
    assert "ca init" not in text


def test_operators_on_other_machines_get_a_certificate_whose_fingerprint_is_shown(
    config: Path, answers: list[object], tmp_path: Path
) -> None:
    words = ["--operators", "0.0.0.0:7480", "--console-name", "hub.example", "--console-name", "192.0.2.7"]
    code, text = run("setup", "--config", config, *answers, *words)
    assert code == 0, text
    assert load_config(config).console_names == ("hub.example", "192.0.2.7")
    assert "https://hub.example:7480/console-authority.crt" in text
    authority = tmp_path / "authority.crt"
    code, shown = run("console", "certificate", "--config", config, "--export", authority)
    assert code == 0, shown
    print_of = fingerprint(x509.load_pem_x509_certificate(authority.read_bytes()))
    assert print_of in text
    assert print_of in shown
    assert "PRIVATE" not in authority.read_text()

    code, anew = run("console", "new-authority", "--config", config)
    assert code == 0, anew
    assert print_of not in anew
    assert "SHA-256" in anew


def test_status_says_what_is_wrong_with_the_districts_certificate(
    store: Path, config: Path, answers: list[object]
) -> None:
    words = ["--operators", "192.0.2.7:7480"]
    assert run("setup", "--config", config, *answers, *words)[0] == 0
    assert "https://192.0.2.7:7480" in run("status", "--config", config)[1]
    text = config.read_text().replace("[console]", '[console]\ncertificate = "a.pem"\nkey = "a.key"')
    config.write_text(text)
    for command in (["status"], ["check-config"], ["console", "certificate"]):
        assert "a.pem: there is no such file" in run(*command, "--config", config)[1]


def test_doors_that_a_firewall_must_open_are_named(tmp_path: Path) -> None:
    from anju_central.cli.setup import Answers, next_steps

    answers = Answers(tmp_path, "[::]:7420", "192.0.2.7:7480", tmp_path, 14)
    lines = next_steps(tmp_path / "central.toml", answers, has_certificates=True, has_account=False)
    assert [line.split()[0] for line in lines if re.match(r"  \d", line)] == ["7420", "7421", "7480"]


# ---- copies


@pytest.fixture
async def store(tmp_path: Path) -> Path:
    """The file of an event store that a hub made."""
    (tmp_path / "data").mkdir()
    await SqliteEventStore.open(tmp_path / "data").close()
    return tmp_path / "data" / STORE_FILE


def test_the_newest_copies_stay(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "holiday.jpg").write_text("not ours")
    for day in range(5):
        made = backup_into(store, folder, 3, NOW_S + day * DAY_S)
    ours = sorted(path.name for path in folder.glob("*.sqlite"))
    assert len(ours) == 3
    assert Path(made.file).name == ours[-1]
    assert (folder / "holiday.jpg").exists()


def test_the_new_copy_stays_when_the_clock_went_back(store: Path, tmp_path: Path) -> None:
    for day in (9, 8, 7, 1):
        made = backup_into(store, tmp_path / "backups", 2, NOW_S + day * DAY_S)
    left = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert len(left) == 2
    assert Path(made.file).name in left


def test_a_copy_that_fails_takes_no_other_away(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = backup_into(store, folder, 1, NOW_S)
    store.write_bytes(b"no database" * 100)
    with pytest.raises(Exception, match="database"):
        backup_into(store, folder, 1, NOW_S + DAY_S)
    assert Path(first.file).exists()
    assert last_backup(store.parent) == first


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at_s": "x", "file": 1, "size_bytes": 2}', "\0\xff"])
def test_a_damaged_note_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / LAST_BACKUP).write_text(text)
    assert last_backup(tmp_path) is None


def test_status_says_when_the_last_copy_was(store: Path, config: Path, answers: list[object]) -> None:
    assert run("setup", "--config", config, *answers)[0] == 0
    assert "none yet" in run("status", "--config", config)[1]
    code, text = run("backup", "--config", config)
    assert code == 0, text
    assert "none" not in run("status", "--config", config)[1]
    note = store.parent / LAST_BACKUP
    old = json.loads(note.read_text())
    note.write_text(json.dumps({**old, "at_s": old["at_s"] - LATE_AFTER_S - 60}))
    assert "none since" in run("status", "--config", config)[1]


def test_the_unit_is_as_hardened_as_the_hub(tmp_path: Path) -> None:
    unit = ROOT / "systemd" / "anju-central-backup.service"
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("systemd-analyze is missing")
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= 1.5
