"""Why an update is not taken. A module of its own: who only shows it need not load what checks signatures."""

from __future__ import annotations


class UpdateRefused(Exception):
    """This update is not taken; says why in one sentence of both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
