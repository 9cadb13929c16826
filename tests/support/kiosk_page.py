"""A kiosk page in a real browser, served by the real server with a small box behind it, and its look in numbers."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, Page, expect

from anju_edge.kiosk.backend import KioskProfile
from anju_edge.kiosk.http_door import listen
from anju_edge.kiosk.server import KioskServerSettings, make_app
from support.browser import axe_violations, screenshot
from support.kiosk_backend import MemoryBox
from support.paired import DeskRig
from support.paths import ROOT

DIST = ROOT / "edge" / "web" / "dist"
WIDTH, HEIGHT, DIAGONAL_IN = 1280, 800, 10.1
MM = math.hypot(WIDTH, HEIGHT) / (DIAGONAL_IN * 25.4)

LOOK = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 2 && box.height > 2 && getComputedStyle(element).visibility === 'visible';
  };
  const texts = [...document.querySelectorAll('body *')]
    .filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => ({ text: e.textContent.trim(), px: parseFloat(getComputedStyle(e).fontSize),
                   contrast: ratio(rgb(getComputedStyle(e).color), behind(e)),
                   leading: parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize) }));
  const reachable = (e) => {  // what is scrolled out of its list stands beside nothing
    const box = e.getBoundingClientRect();
    const x = (box.left + box.right) / 2;
    return [box.top + 4, box.bottom - 4].every((y) => e.contains(document.elementFromPoint(x, y)));
  };
  const buttons = [...document.querySelectorAll('button')].filter((e) => seen(e) && reachable(e)).map((e) => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    const inner = [e, ...e.querySelectorAll('*')].map((i) => parseFloat(getComputedStyle(i).fontSize));
    const edge = e.classList.contains('help') ? rgb(getComputedStyle(e.querySelector('.disc')).backgroundColor)
      : rgb(style.borderTopColor);
    return { text: e.textContent.trim(), primary: /primary|urgent|help|undo/.test(e.className),
             left: box.left, top: box.top, right: box.right, bottom: box.bottom,
             px: Math.max(...inner), edge: ratio(edge, behind(e.parentElement)),
             fill: ratio(rgb(style.backgroundColor), behind(e.parentElement)) };
  });
  const icon = document.querySelector('.sign')?.getBoundingClientRect();
  return { texts, buttons, icon: icon ? Math.min(icon.width, icon.height) : null,
           animations: document.getAnimations().length,
           overflow: document.documentElement.scrollWidth - innerWidth };
}"""


@dataclasses.dataclass
class Kiosk:
    box: MemoryBox
    page: Page
    url: str
    runner: web.AppRunner
    server: asyncio.Server
    errors: list[str]

    async def shows(self, screen: str) -> None:
        await expect(self.page.locator(f"[data-screen={screen}]")).to_be_visible()

    async def press(self, name: str) -> None:
        """Presses a button like a person: not within 600 ms of the press before."""
        await self.page.clock.fast_forward(700)
        await self.page.get_by_role("button", name=name).click()

    async def hold_help(self) -> None:
        box = await self.page.locator(".help .disc").bounding_box()
        assert box is not None
        await self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await self.page.mouse.down()

    async def stop_box(self) -> None:
        self.server.close()
        await self.runner.cleanup()


SOUND_MADE = "an AudioContext was made"
SAY_WHEN_SOUND_IS_MADE = f"""
    window.AudioContext = class extends AudioContext {{
      constructor(...given) {{ super(...given); console.debug("{SOUND_MADE}"); }}
    }};
"""


@asynccontextmanager
async def open_kiosk(
    browser: Browser,
    *,
    kiosk: str = "lobby-1",
    profile: KioskProfile | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
    own_clock: bool = True,
    first: str = ".home",
    until_sound: bool = False,
) -> AsyncIterator[Kiosk]:
    """Opens a kiosk's page on a box in memory.

    `until_sound`: nothing asks the page anything before it has made what sounds. Playwright's questions count as a
    touch (1.65: it evaluates with a user's gesture), after which the browser would let the page sound.
    """
    box = MemoryBox(profiles={kiosk: profile or KioskProfile(diagonal_in=DIAGONAL_IN)})
    folder = tempfile.TemporaryDirectory()
    rig = DeskRig(Path(folder.name))
    settings = KioskServerSettings(heartbeat_s=1.0)
    runner = web.AppRunner(make_app(box, DIST, rig.desk, rig.own_screen, settings=settings), shutdown_timeout=1.0)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/kiosk/{kiosk}"
    errors: list[str] = []
    try:
        async with await browser.new_context(viewport={"width": width, "height": height}, has_touch=True) as context:
            page = await context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            if own_clock:
                await page.clock.install()
            address = url + rig.address(kiosk)
            if until_sound:
                await page.add_init_script(SAY_WHEN_SOUND_IS_MADE)
                async with page.expect_console_message(lambda message: message.text == SOUND_MADE, timeout=45_000):
                    await page.goto(address)
            else:
                await page.goto(address)
            await expect(page.locator(first)).to_be_visible()
            await expect(page.locator(".clock")).to_be_visible()
            yield Kiosk(box, page, url, runner, server, errors)
    finally:
        server.close()
        await runner.cleanup()
        folder.cleanup()


async def check_look(kiosk: Kiosk, name: str, *, scale: float = 1.0) -> None:
    """Asserts sizes, gaps, contrast and accessibility of the screen as it is, and keeps a picture when asked to."""
    await screenshot(kiosk.page, f"kiosk-{name}")
    look = await kiosk.page.evaluate(LOOK)
    assert look["overflow"] <= 0, name
    assert look["animations"] == 0, name
    for text in look["texts"]:
        assert text["px"] >= 28 * scale - 0.1, (name, text)
        assert text["contrast"] >= 7, (name, text)
    buttons = look["buttons"]
    for button in buttons:
        least_px = max(20 * MM, 96) if button["primary"] else max(15 * MM, 60)
        for size in (button["right"] - button["left"], button["bottom"] - button["top"]):
            assert size >= least_px - 0.5, (name, button)
        assert button["px"] >= 36, (name, button)
        assert max(button["edge"], button["fill"]) >= 3, (name, button)
    for one in buttons:
        for other in buttons:
            if one is not other:
                aside = max(one["left"] - other["right"], other["left"] - one["right"])
                above = max(one["top"] - other["bottom"], other["top"] - one["bottom"])
                assert max(aside, above) >= 3 * MM - 0.5, (name, one, other)
    if look["icon"] is not None:
        assert look["icon"] >= 64, name
    assert await axe_violations(kiosk.page) == [], name
