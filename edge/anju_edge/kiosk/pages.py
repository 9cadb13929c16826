"""The built page, held in memory: it is served from there, so a dying disk cannot blank a kiosk."""

from __future__ import annotations

import gzip
import hashlib
import logging
import mimetypes
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

MAX_FILE_BYTES = 1_000_000

_NOT_BUILT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Anju</title>'
    "<h1>页面尚未安装，请联系工作人员</h1><h1>This page is not installed. Please call staff.</h1>"
    "<p>edge/web: npm run build</p></html>"
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    packed: bytes  # gzip
    content_type: str


@dataclass(frozen=True, slots=True)
class Pages:
    """`index` and the files under `assets/` by name. `build` changes whenever the page does."""

    index: StaticFile
    assets: dict[str, StaticFile]
    build: str
    is_built: bool


def load_pages(web_root: Path) -> Pages:
    """Reads `index.html` and `assets/*` of a build. Without a build the API works and the page says so."""
    index = web_root / "index.html"
    if not index.is_file():
        _log.warning("no kiosk page at %s: build it with npm run build in edge/web", web_root)
        return Pages(_static(_NOT_BUILT.encode(), "text/html"), {}, "none", is_built=False)
    assets = {
        path.name: _static(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        for path in sorted((web_root / "assets").glob("*"))
        if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES
    }
    body = index.read_bytes()  # names its assets by their content's hash, so it changes with any of them
    return Pages(_static(body, "text/html"), assets, hashlib.sha256(body).hexdigest()[:12], is_built=True)


def _static(body: bytes, content_type: str) -> StaticFile:
    return StaticFile(body, gzip.compress(body, mtime=0), content_type)
