"""The enrolment listener as the hub runs it: from its files, its registry and its address to a server."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from anju_base.address import Address
from anju_central.access.authority import FOLDER, AuthorityDamaged, AuthorityMissing
from anju_central.access.claims import ClaimStore, Enrolment
from anju_central.access.enrolment import make_enrolment_app
from anju_central.access.enrolment_listener import EnrolmentFiles, EnrolmentServer, listen_for_boxes

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving_enrolment(
    data_dir: Path,
    address: str,
    store: ClaimStore,
    store_faults: tuple[type[Exception], ...],
    grpc_port: Callable[[], int],
    now_ms: Callable[[], int],
    is_cloned: Callable[[str], bool] = lambda _box: False,
) -> AsyncIterator[Address | None]:
    """Serves until the block ends; gives the address, None for a hub without an authority, which serves nothing.

    An authority whose files cannot be used ends nothing: boxes that are claimed go on, the log says what to do.
    Raises OSError when the address is taken.
    """
    files = _files(data_dir / FOLDER)
    if files is None:
        yield None
        return
    enrolment = Enrolment(files.authority, store, now_ms, is_cloned)
    app = make_enrolment_app(enrolment, files.authority, grpc_port, now_ms, time.monotonic, store_faults)
    with listen_for_boxes(address) as listener:
        server = EnrolmentServer(app, files)
        bound = Address(*listener.getsockname()[:2])
        serving = asyncio.create_task(server.serve(sockets=[listener]), name="enrolment")
        log.info("hub listens for boxes that enrol on %s", bound)
        try:
            yield bound
        finally:
            server.should_exit = True
            await serving


def _files(folder: Path) -> EnrolmentFiles | None:
    if not folder.is_dir():
        log.info("%s: no authority, so no box can be claimed; make one by `anju-central ca init`", folder)
        return None
    try:
        return EnrolmentFiles(folder)
    except (AuthorityMissing, AuthorityDamaged, OSError, ValueError) as error:
        log.error("%s: no box can be claimed or renew: %s", folder, error)
        return None
