"""What tests of the hub share: the registry's database on each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from anju_central.registry.database import Registry, sqlite_url
from support.postgres import Postgres, programs, running_postgres
from support.routes_once import routes_once
from support.schema_once import schema_once


@pytest.fixture(scope="session", autouse=True)
def _schema_once() -> Iterator[None]:
    """New registries of this process are made from what the migrations ran the first time."""
    with schema_once(pytest.MonkeyPatch()):
        yield


@pytest.fixture(scope="session", autouse=True)
def _routes_once() -> Iterator[None]:
    """Applications of this process are built from what was found of the first one's endpoints."""
    with routes_once(pytest.MonkeyPatch()):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this test session."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql); ./dev test installs it")
    with running_postgres(found) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def registry_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database: the test runs once on each engine."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "registry.sqlite")
    server: Postgres = request.getfixturevalue("postgres")
    return await server.new_database()


@pytest.fixture
async def registry(registry_url: str) -> AsyncIterator[Registry]:
    """A new registry: the test runs once on each engine."""
    opened = await Registry.open(registry_url)
    try:
        yield opened
    finally:
        await opened.close()
