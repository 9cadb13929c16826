"""The registry's key as a hub keeps it: made where there was none, missed where there was one, and said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from anju_central.access.caller import HUB, Caller
from anju_central.access.second_factor import SECRET_BYTES
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.queries.sealing import keys_in_use, note_key, seal_second_factors
from anju_central.registry.secrets import TOTP, RegistrySecrets, SecretsUnavailable

log = logging.getLogger(__name__)


async def open_secrets(caller: Caller, registry: Registry, data_dir: Path, now_ms: int) -> RegistrySecrets:
    """Returns what seals and opens values of a registry; for commands that need it.

    Raises SecretsUnavailable where the key is not to be had, RegistryUnavailable, OSError.
    """
    found = RegistrySecrets(data_dir)
    if (missing := await settle_key(caller, registry, found, now_ms)) is not None:
        raise missing
    return found


async def settle_key(
    caller: Caller, registry: Registry, found: RegistrySecrets, now_ms: int
) -> SecretsUnavailable | None:
    """Makes the key of a registry that never had one. Returns why what is sealed cannot be read, None where it can.

    A registry whose key is missing gets no new one by itself: that would hide that the old one has to be put back.
    Raises RegistryUnavailable, OSError.
    """
    used = await keys_in_use(caller, registry)
    if found.fault() is not None:
        found.read()
    fault = found.fault()
    if fault is not None and (used or fault.reason != "missing"):
        return fault
    newest = found.make() if fault is not None else found.ids[0]
    if used and used[0] not in found.ids:
        return SecretsUnavailable(
            "other-key",
            f"the registry is sealed with key {used[0]}, and {found.key_file} holds {', '.join(found.ids)}: put that "
            "key's file back from its copy",
        )
    if newest not in used:
        await note_key(caller, registry, newest, now_ms)
    return None


class KeyKeeper:
    """Composed by the hub. `fault` says what is wrong with the key, None while all is well."""

    def __init__(self, data_dir: Path, now_ms: Callable[[], int]) -> None:
        self.secrets = RegistrySecrets(data_dir)
        self._now_ms = now_ms
        self._settled: Registry | None = None
        self.fault: str | None = None

    async def settle(self, registry: Registry) -> None:
        """Looks once at each registry that is opened, and at one whose key is missing each time. Raises nothing."""
        if registry is self._settled:
            return
        try:
            missing = await settle_key(HUB, registry, self.secrets, self._now_ms())
            if missing is None:
                seal = self.secrets.open(TOTP).seal
                sealed = await seal_second_factors(HUB, registry, SECRET_BYTES, seal, self._now_ms())
                if sealed:
                    log.info("second factors are encrypted now: %s", ", ".join(sealed))
                self._settled = registry
            self._note(str(missing) if missing is not None else None)
        except (RegistryUnavailable, SecretsUnavailable, OSError) as error:
            self._note(str(error))

    def _note(self, fault: str | None) -> None:
        if fault is not None and fault != self.fault:
            log.error("%s; until then nobody logs in with a second factor, recovery codes count", fault)
        self.fault = fault

    def notices(self) -> list[str]:
        """Returns what a person has to look at, in English."""
        if self.fault is None:
            return []
        return [f"second factors cannot be read ({self.fault}); recovery codes count, and a reset that drops them"]
