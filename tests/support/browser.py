"""Debian's Chromium for tests of pages: launch, screenshot, accessibility check.

Uses the system's browser instead of a downloaded one, with an own empty profile and nothing that phones home. A test
that needs it takes the fixture `chromium` (a running browser, one per test) and is skipped with a reason where no
browser is installed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

expect.set_options(timeout=45_000)  # ms; how long is waited for what must come, on a machine that is busy
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Returns the path of the system's Chromium, or None."""
    return os.environ.get("ANJU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


needs_chromium = pytest.mark.skipif(chromium_path() is None, reason="no Chromium: apt install chromium")


@contextlib.asynccontextmanager
async def launch_chromium(*extra_flags: str, home: Path | None = None) -> AsyncIterator[Browser]:
    """Runs the system's Chromium headless in an own empty profile. Sandboxed unless we are root, where it cannot.

    `home`: its user's folder, where what the user trusts is kept.
    """
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: apt install chromium")
    sandbox = [] if os.geteuid() != 0 else ["--no-sandbox"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            headless=True,
            args=[*FLAGS, *sandbox, *extra_flags],
            env=None if home is None else {**os.environ, "HOME": str(home)},
        )
        try:
            yield browser
        finally:
            await browser.close()


async def screenshot(page: Page, name: str) -> Path | None:
    """Writes a PNG of the page to the folder named by ANJU_SCREENSHOTS, if it is set. Returns its path."""
    folder = os.environ.get("ANJU_SCREENSHOTS")
    if not folder:
        return None
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path)
    return path


async def axe_violations(page: Page, *, exclude: tuple[str, ...] = ()) -> list[str]:
    """Returns what axe-core finds wrong with the page as it stands, one line for each element."""
    context = {"exclude": [[selector] for selector in exclude]} if exclude else None
    results = await Axe().run(page, context=context)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
