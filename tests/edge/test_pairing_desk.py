"""Codes, approvals and keys without HTTP: the desk, the list of pages and its file."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from anju_edge.clock import SimulatedClock
from anju_edge.kiosk.pairing.desk import Key, PairingRefused, TooManyCodes, Waits
from anju_edge.kiosk.pairing.own_screen import NAME as KEY_FILE
from anju_edge.kiosk.pairing.own_screen import OwnScreenKey
from anju_edge.kiosk.pairing.page_book import MOST_OWN_SCREENS, MOST_PAGES, BookIsFull
from anju_edge.kiosk.pairing.page_file import LAST_GOOD, NAME, PageFile, PageList, decode, encode
from anju_edge.kiosk.pairing.paired_page import LOOPBACK, PageKind, PairedPage, Unknown, address_of, hash_of
from anju_edge.kiosk.pairing.waiting_pages import CODE_MS, MOST_WAITING
from support.paired import DeskRig

HOME, OTHER = "192.168.1.31", "192.168.1.77"
KIOSK, NEIGHBOUR = PageKind.KIOSK, PageKind.NEIGHBOUR


class Screen:
    """A browser: its cookies, and what it was last told."""

    def __init__(self, rig: DeskRig, page: str = "duty-1", kind: PageKind = NEIGHBOUR, address: str = HOME) -> None:
        self.rig, self.page, self.kind, self.address = rig, page, kind, address
        self.ticket = self.key = ""

    def ask(self) -> Waits | Key:
        shown = self.rig.desk.ask(self.page, self.kind, self.address, self.ticket, self.key)
        if isinstance(shown, Key):
            self.key = shown.cookie
        else:
            self.ticket = shown.ticket
        return shown

    @property
    def code(self) -> str:
        shown = self.ask()
        assert isinstance(shown, Waits)
        return shown.code

    def look(self) -> PairedPage | Unknown:
        return self.rig.desk.recognise(self.page, self.kind, self.address, self.key)

    async def pair(self, **how: str) -> PairedPage:
        done = await self.rig.desk.approve(self.code, **how)
        assert isinstance(self.ask(), Key)
        return done.page


@pytest.fixture
def rig(tmp_path: Path) -> DeskRig:
    return DeskRig(tmp_path)


async def refused(rig: DeskRig, code: str, **how: str) -> str:
    with pytest.raises(PairingRefused) as error:
        await rig.desk.approve(code, **how)
    return error.value.reason


async def test_a_code_is_approved_and_the_page_gets_a_key_of_its_own(rig: DeskRig) -> None:
    screen, beside = Screen(rig), Screen(rig, address=OTHER)
    code = screen.code
    assert len(code) == 8
    assert code.isdecimal()
    assert beside.code != code
    assert screen.look() is Unknown.NEW
    done = await rig.desk.approve(f" {code[:4]}-{code[4:]} ", "neighbour", "3栋大厅")
    assert (done.kept, done.fetched) == (True, False), "the page has not asked again yet"
    assert isinstance(screen.ask(), Key)
    page = screen.look()
    assert isinstance(page, PairedPage)
    assert (page.page, page.kind, page.address, page.label) == ("duty-1", NEIGHBOUR, HOME, "3栋大厅")
    assert beside.look() is Unknown.NEW
    assert (await rig.desk.approve(code)).fetched, "it says so when the page has its key"


async def test_a_code_typed_with_the_wide_digits_of_a_chinese_keyboard_is_the_same(rig: DeskRig) -> None:
    screen = Screen(rig)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in screen.code)
    await rig.desk.approve(wide)
    assert isinstance(screen.ask(), Key)


async def test_a_code_approved_twice_is_one_page(rig: DeskRig) -> None:
    screen = Screen(rig)
    code = screen.code
    first, second = await asyncio.gather(rig.desk.approve(code), rig.desk.approve(code))
    assert first.page.id == second.page.id
    assert len(rig.book.pages) == 1
    key = screen.ask()
    assert key == screen.ask(), "an answer that was lost on the way comes again, with the same key"
    assert (await rig.desk.approve(code)).page.id == first.page.id


async def test_a_page_that_takes_its_key_meanwhile_is_said(rig: DeskRig) -> None:
    screen = Screen(rig)
    approving = asyncio.create_task(rig.desk.approve(screen.code))
    async with asyncio.timeout(5):
        while not isinstance(screen.ask(), Key):  # noqa: ASYNC110 - the page asks again and again, as it does
            await asyncio.sleep(0)
    assert (await approving).fetched


@pytest.mark.parametrize(
    ("code", "reason"), [("", "malformed_code"), ("1234567", "malformed_code"), ("1234x678", "malformed_code"),
                         ("123456789", "malformed_code"), ("²2345678", "unknown_code"), ("00000000", "unknown_code")],
)  # fmt: skip
async def test_wrong_codes_are_told_apart(rig: DeskRig, code: str, reason: str) -> None:
    assert await refused(rig, code) == reason
    assert rig.book.pages == []


async def test_a_kind_that_is_not_the_pages_is_refused(rig: DeskRig) -> None:
    screen = Screen(rig)
    with pytest.raises(PairingRefused) as error:
        await rig.desk.approve(screen.code, "kiosk")
    assert (error.value.reason, error.value.kind) == ("other_kind", NEIGHBOUR)
    assert isinstance(screen.ask(), Waits)


async def test_guessing_ends_soon(rig: DeskRig) -> None:
    reasons = {await refused(rig, f"{number:08d}") for number in range(12)}
    assert reasons == {"unknown_code", "too_many_wrong"}
    screen = Screen(rig)
    await screen.pair()  # a code that is right needs no guess


async def test_a_code_is_new_after_ten_minutes_whatever_the_clock_on_the_wall_does(rig: DeskRig) -> None:
    screen = Screen(rig)
    first = screen.code
    for wall_ms in (0, 10**13, 10**12):
        rig.clock.set_wall(wall_ms)
        assert screen.code == first
    rig.clock.advance(CODE_MS - 1)
    assert screen.code == first
    rig.clock.advance(1)
    second = screen.code
    assert second != first
    assert await refused(rig, first) == "unknown_code"
    await rig.desk.approve(second)
    assert isinstance(screen.ask(), Key)


async def test_a_page_that_was_closed_cannot_be_approved(rig: DeskRig) -> None:
    code = Screen(rig).code
    rig.clock.advance(31_000)
    assert rig.desk.waiting() == []
    assert await refused(rig, code) == "unknown_code"


async def test_a_ticket_of_another_page_address_or_run_gets_another_code(rig: DeskRig, tmp_path: Path) -> None:
    screen = Screen(rig)
    code = screen.code
    for other in (Screen(rig, "duty-2"), Screen(rig, address=OTHER)):
        other.ticket = screen.ticket
        assert other.code != code
    after_restart = Screen(DeskRig(tmp_path))
    after_restart.ticket = screen.ticket
    assert after_restart.code != code
    for junk in ("", ".", "..", "a.b.c", "0" * 16 + ".9." + "0" * 32, "王.1.王", screen.ticket + "0", "\udcff.1.2"):
        broken = Screen(rig)
        broken.ticket = junk
        assert broken.code != code


async def test_a_thousand_pages_that_ask_take_no_memory_and_no_code_away(rig: DeskRig) -> None:
    screen = Screen(rig)
    code = screen.code
    flood = [Screen(rig, address=f"192.168.{number // 250}.{number % 250 + 1}") for number in range(1_000)]
    for one in flood:
        one.ask()
    assert len(rig.desk.waiting()) <= MOST_WAITING
    assert screen.code == code, "it was pushed out of the list, but its code is its own"
    await rig.desk.approve(code)
    assert isinstance(screen.ask(), Key)


async def test_a_page_pushed_out_by_a_flood_is_approved_when_it_asks_again(rig: DeskRig) -> None:
    rig.desk._patience_s = 5.0
    screen = Screen(rig)
    code = screen.code
    for number in range(300):
        Screen(rig, address=f"10.0.{number // 250}.{number % 250 + 1}").ask()
    assert screen.page not in {one.page for one in rig.desk.waiting() if one.address == HOME}
    approving = asyncio.create_task(rig.desk.approve(code))
    await asyncio.sleep(0)
    assert isinstance(screen.ask(), Waits)
    async with asyncio.timeout(5):
        while not isinstance(screen.ask(), Key):  # noqa: ASYNC110 - as a page does
            await asyncio.sleep(0)
    assert (await approving).page.address == HOME


async def test_one_address_gets_few_codes_and_few_places(rig: DeskRig) -> None:
    for _ in range(10):
        Screen(rig, address=OTHER).ask()
    with pytest.raises(TooManyCodes):
        Screen(rig, address=OTHER).ask()
    assert len(rig.desk.waiting()) == 4
    assert Screen(rig).code


async def test_a_key_counts_for_its_page_its_address_and_its_kind_alone(rig: DeskRig) -> None:
    screen = Screen(rig)
    page = await screen.pair()
    assert screen.look() == page

    def with_key(name: str, kind: PageKind, address: str, key: str) -> PairedPage | Unknown:
        return rig.desk.recognise(name, kind, address, key)

    assert with_key("duty-1", NEIGHBOUR, OTHER, screen.key) is Unknown.MOVED
    assert with_key("duty-1", NEIGHBOUR, LOOPBACK, screen.key) is Unknown.MOVED
    assert with_key("duty-2", NEIGHBOUR, HOME, screen.key) is Unknown.OTHER_KIND
    assert with_key("duty-1", KIOSK, HOME, screen.key) is Unknown.OTHER_KIND, "its role was changed since"
    for wrong in ("", page.id, f"{page.id}.", f"{page.id}.{'x' * 43}", f"{page.id}.王", "nobody.x", "\udcff.\udcff"):
        assert with_key("duty-1", NEIGHBOUR, HOME, wrong) is Unknown.NEW


async def test_a_page_with_another_address_asks_again_and_keeps_its_name(rig: DeskRig) -> None:
    screen = Screen(rig)
    page = await screen.pair(label="3栋大厅")
    old_key, screen.address, screen.ticket = screen.key, OTHER, ""
    shown = screen.ask()
    assert isinstance(shown, Waits)
    assert (shown.why, shown.old_address) == (Unknown.MOVED, HOME)
    assert [(one.why, one.formerly) for one in rig.desk.waiting()] == [(Unknown.MOVED, page.id)]
    again = await screen.pair()
    assert (again.id, again.label, again.address) == (page.id, "3栋大厅", OTHER)
    assert rig.desk.recognise("duty-1", NEIGHBOUR, HOME, old_key) is Unknown.NEW, "where it was, nobody is it any more"
    assert len(rig.book.pages) == 1


async def test_a_browser_that_lost_its_cookies_is_the_same_page_again(rig: DeskRig) -> None:
    page = await Screen(rig).pair(label="大厅")
    again = await Screen(rig).pair()
    assert (again.id, again.label) == (page.id, "大厅")


async def test_revoked_is_out_at_once_and_stays_out(rig: DeskRig, tmp_path: Path) -> None:
    out: list[str] = []
    rig.book.on_out.append(out.append)
    screen = Screen(rig)
    page = await screen.pair()
    assert await rig.desk.revoke(page.id) == (page, True)
    assert out == [page.id]
    assert screen.look() is Unknown.REVOKED
    with pytest.raises(PairingRefused):
        await rig.desk.revoke(page.id)
    later = DeskRig(tmp_path)
    await later.book.load()
    assert later.desk.recognise("duty-1", NEIGHBOUR, HOME, screen.key) is Unknown.REVOKED
    screen.ticket = ""
    assert isinstance(screen.ask(), Waits)


async def test_revoked_between_approval_and_the_pages_next_question_gets_no_key(rig: DeskRig) -> None:
    screen = Screen(rig)
    done = await rig.desk.approve(screen.code)
    await rig.desk.revoke(done.page.id)
    assert isinstance(screen.ask(), Waits)


async def test_a_restart_keeps_what_is_paired_and_begins_new_codes(rig: DeskRig, tmp_path: Path) -> None:
    paired, waits = Screen(rig), Screen(rig, "lobby-1", KIOSK)
    await paired.pair()
    code = waits.code
    later = DeskRig(tmp_path, SimulatedClock(boot=8, manual=True))
    await later.book.load()
    assert isinstance(later.desk.recognise("duty-1", NEIGHBOUR, HOME, paired.key), PairedPage)
    assert await refused(later, code) == "unknown_code"
    waits.rig = later
    assert waits.code != code


async def test_a_restart_between_approval_and_the_pages_next_question_is_a_new_code(
    rig: DeskRig, tmp_path: Path
) -> None:
    screen = Screen(rig)
    await rig.desk.approve(screen.code)
    later = DeskRig(tmp_path)
    await later.book.load()
    screen.rig = later
    assert isinstance(screen.ask(), Waits)
    await screen.pair()
    assert len(later.book.pages) == 1, "the page that never came for its key is this one"


# The own screen.


async def test_the_own_screen_is_opened_once_within_a_minute(rig: DeskRig) -> None:
    token = rig.desk.launch("lobby-1")
    assert await rig.desk.enter("lobby-2", KIOSK, token) is None, "for the page that was asked for"
    assert await rig.desk.enter("lobby-1", KIOSK, token) is None, "a token is shown once"
    late = rig.desk.launch("lobby-1")
    rig.clock.advance(60_000)
    assert await rig.desk.enter("lobby-1", KIOSK, late) is None
    entered = await rig.desk.enter("lobby-1", KIOSK, rig.desk.launch("lobby-1"))
    assert entered is not None
    assert rig.desk.recognise("lobby-1", KIOSK, LOOPBACK, entered.cookie) == entered.page
    assert rig.desk.recognise("lobby-1", KIOSK, HOME, entered.cookie) is Unknown.MOVED
    shown = rig.desk.ask("lobby-1", KIOSK, HOME, "", entered.cookie)
    assert isinstance(shown, Waits)
    assert shown.why is Unknown.NEW, "what was on the own screen never moves into the LAN"


async def test_a_browser_that_starts_again_and_again_fills_nothing(rig: DeskRig) -> None:
    await Screen(rig).pair()
    for _ in range(20):
        await rig.desk.enter("lobby-1", KIOSK, rig.desk.launch("lobby-1"))
    assert len([page for page in rig.book.pages if page.is_own_screen]) == MOST_OWN_SCREENS
    assert len(rig.book.pages) == MOST_OWN_SCREENS + 1
    for _ in range(40):
        rig.desk.launch("lobby-1")
    assert len(rig.desk._launches) <= 16


def test_the_own_screens_key_is_a_file_of_one_user_and_outlives_a_restart(tmp_path: Path) -> None:
    key = OwnScreenKey(tmp_path)
    assert not key.fits("")
    key.prepare()
    path = tmp_path / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    secret = path.read_text().strip()
    assert key.fits(secret)
    assert not key.fits(secret[:-1])
    again = OwnScreenKey(tmp_path)
    again.prepare()
    assert again.fits(secret)
    path.write_text("half a k")
    broken = OwnScreenKey(tmp_path)
    broken.prepare()
    assert not broken.fits(secret)
    assert broken.fits(path.read_text().strip())
    nowhere = OwnScreenKey(tmp_path / "no" / "such")
    nowhere.prepare()
    assert "No such file" in nowhere.trouble
    assert not nowhere.fits("")


# The list on disk.


def some(generation: int, *ids: str) -> PageList:
    pages = [PairedPage(one, "duty-1", NEIGHBOUR, HOME, hash_of(one), "大厅") for one in ids]
    return PageList(generation, tuple(pages), ("gone",))


def test_the_list_is_read_as_it_was_written_and_nothing_else_is() -> None:
    data = encode(some(3, "a", "b"))
    assert decode(data) == some(3, "a", "b")
    for at in range(0, len(data) - 1, 7):
        broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(ValueError, match="checksum"):
            decode(broken)
    for cut in range(0, len(data) - 2, 11):
        with pytest.raises(ValueError, match="checksum"):
            decode(data[:cut])


async def test_only_hashes_of_keys_are_on_disk_for_one_user(rig: DeskRig, tmp_path: Path) -> None:
    screen = Screen(rig)
    await screen.pair()
    secret = screen.key.partition(".")[2]
    for name in (NAME, LAST_GOOD, f"run/{NAME}"):
        path = tmp_path / name
        assert path.stat().st_mode & 0o777 == 0o600
        assert secret not in path.read_text()
        assert hash_of(secret) in path.read_text()


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"duty-1", b"duty-2"))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    if path.is_file():
        path.unlink()
        path.mkdir()


def other_program(path: Path) -> None:
    path.write_text(json.dumps({"pages": 1}))


@pytest.mark.parametrize("damage", [truncate, change, empty, folder, other_program])
async def test_a_damaged_list_says_so_and_the_last_good_one_is_used(
    rig: DeskRig, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    screen = Screen(rig)
    await screen.pair()
    damage(tmp_path / NAME)
    (tmp_path / "run" / NAME).unlink()  # as after a power cut
    later = DeskRig(tmp_path)
    await later.book.load()
    assert isinstance(later.desk.recognise("duty-1", NEIGHBOUR, HOME, screen.key), PairedPage)
    assert NAME in later.book.damage
    assert not later.book.is_lost
    for path in (tmp_path / NAME, tmp_path / LAST_GOOD):
        damage(path)
    (tmp_path / "run" / NAME).unlink(missing_ok=True)
    lost = DeskRig(tmp_path)
    await lost.book.load()
    assert lost.book.is_lost
    assert lost.book.pages == []
    assert lost.desk.recognise("duty-1", NEIGHBOUR, HOME, screen.key) is Unknown.NEW


async def test_a_card_that_died_costs_no_screen_while_the_machine_runs(rig: DeskRig, tmp_path: Path) -> None:
    screen = Screen(rig)
    await screen.pair()
    for name in (NAME, LAST_GOOD):
        folder(tmp_path / name)
    later = DeskRig(tmp_path)
    await later.book.load()
    assert isinstance(later.desk.recognise("duty-1", NEIGHBOUR, HOME, screen.key), PairedPage)
    assert later.book.damage


async def test_the_newest_whole_copy_counts(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    file = PageFile(tmp_path, tmp_path / "run")
    assert file.load().found is None
    file.save(some(2, "a"))
    (tmp_path / NAME).write_bytes(encode(some(3, "a", "b")))  # power went between the two copies
    (tmp_path / "run" / NAME).unlink()
    assert file.load().found == some(3, "a", "b")


async def test_a_disk_that_takes_nothing_pairs_until_the_restart_and_says_so(rig: DeskRig, tmp_path: Path) -> None:
    folder_in_the_way(tmp_path / NAME)
    folder_in_the_way(tmp_path / LAST_GOOD)
    screen = Screen(rig)
    done = await rig.desk.approve(screen.code)
    assert not done.kept
    assert isinstance(screen.ask(), Key)
    assert "cannot be written" in rig.book.damage
    assert not (await rig.desk.revoke(done.page.id))[1]
    assert screen.look() is Unknown.REVOKED
    mend(tmp_path / NAME)
    screen.ticket = ""
    page = await screen.pair()
    assert "a copy cannot be written" in rig.book.damage
    mend(tmp_path / LAST_GOOD)
    assert (await rig.desk.revoke(page.id))[1]
    assert rig.book.damage == ""


def folder_in_the_way(path: Path) -> None:
    path.mkdir()
    (path / "x").touch()


def mend(path: Path) -> None:
    (path / "x").unlink()
    path.rmdir()


async def test_a_list_that_comes_late_is_taken(rig: DeskRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(rig)
    await screen.pair()
    monkeypatch.setattr("anju_edge.kiosk.pairing.page_book.RELOAD_S", 0.001)
    hidden = {path: path.rename(path.with_suffix(".away")) for path in (tmp_path / NAME, tmp_path / LAST_GOOD)}
    (tmp_path / "run" / NAME).unlink()
    later = DeskRig(tmp_path)
    await later.book.load()
    assert later.book.pages == []
    running = asyncio.create_task(later.book.run())
    for path, away in hidden.items():
        away.rename(path)
    async with asyncio.timeout(5):
        while not later.book.pages:  # noqa: ASYNC110 - a file that comes announces nothing
            await asyncio.sleep(0.001)
    running.cancel()
    assert isinstance(later.desk.recognise("duty-1", NEIGHBOUR, HOME, screen.key), PairedPage)


async def test_when_a_page_was_last_there_is_kept_now_and_then(
    rig: DeskRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.clock.poll()
    screen = Screen(rig)
    page = await screen.pair()
    assert rig.book.seen_ago_s(page) == 0
    rig.clock.advance(7 * 3_600_000)
    assert rig.book.seen_ago_s(page) == 7 * 3600
    monkeypatch.setattr("anju_edge.kiosk.pairing.page_book.RELOAD_S", 0.001)
    running = asyncio.create_task(rig.book.run())
    async with asyncio.timeout(5):
        while not decode((tmp_path / NAME).read_bytes()).pages[0].seen_ms:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.001)
    running.cancel()


async def test_the_book_is_bounded(rig: DeskRig) -> None:
    for number in range(MOST_PAGES):
        rig.book._pages[f"p{number}"] = PairedPage(f"p{number}", "duty-1", NEIGHBOUR, f"10.0.0.{number}", "")
    with pytest.raises(BookIsFull):
        await rig.book.put(PairedPage("one-more", "duty-1", NEIGHBOUR, OTHER, ""))
    assert await refused(rig, Screen(rig).code) == "full"


@pytest.mark.parametrize(
    ("remote", "address"),
    [("127.0.0.1", LOOPBACK), ("127.9.9.9", LOOPBACK), ("::1", LOOPBACK), ("::ffff:127.0.0.1", LOOPBACK),
     ("192.168.1.5", "192.168.1.5"), ("::ffff:192.168.1.5", "192.168.1.5"), ("fe80::1%eth0", "fe80::1"),
     ("FD00::1", "fd00::1"), ("", ""), (None, ""), ("box.lan", "")],
)  # fmt: skip
def test_an_address_is_written_in_one_way(remote: str | None, address: str) -> None:
    assert address_of(remote) == address
