"""The watch for silent boxes: nobody hears the community's alarms, so a P2 says so, and closes itself at the return."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from anju_central.incidents.commands import SILENT_RULE, IncidentCommands
from anju_central.live.contact import ContactTracker
from anju_central.live.open_incidents import LiveIncidents
from anju_central.store.event_store import StoreUnavailable

log = logging.getLogger(__name__)
POLL_S: Final = 1.0


class SilentBoxWatch:
    """Compares contacts with the open incidents, again and again, so that neither restart nor fault doubles one."""

    def __init__(
        self,
        contacts: ContactTracker,
        live_incidents: LiveIncidents,
        commands: IncidentCommands,
    ) -> None:
        self._contacts = contacts
        self._live_incidents = live_incidents
        self._commands = commands

    async def run(self) -> None:
        """Looks once a second, for ever."""
        while True:
            await self.poll()
            await asyncio.sleep(POLL_S)

    async def poll(self) -> None:
        """Opens and closes what the contacts ask for. A store that cannot record is tried again at the next poll."""
        for contact in self._contacts.mark_silent():
            log.warning("box %s of %s is silent", contact.box, contact.community)
        under = self._live_incidents.boxes_under(SILENT_RULE)
        for contact in [one for one in self._contacts.boxes() if one.silent or one.box in under]:
            is_open = contact.box in under
            try:
                if contact.silent and not is_open:
                    await self._commands.box_silent(contact.box, contact.community, contact.last_ms or 0)
                elif is_open and contact.is_met and not contact.silent:
                    log.info("box %s of %s is back", contact.box, contact.community)
                    await self._commands.box_back(contact.box, contact.community)
            except StoreUnavailable as error:
                log.warning("the silence of %s cannot be recorded: %s", contact.box, error)
