"""Who asks the hub's HTTP side. Until operators have accounts there is one caller: whoever is at this machine."""

from __future__ import annotations

from anju_central.access.caller import Caller, Purpose, Role

AT_THIS_MACHINE = Caller("console", Role.TECHNICIAN, "every", Purpose.DEVICE_MAINTENANCE)


def maintenance_caller() -> Caller:
    """Who looks after boxes: the hub listens on this machine only, so it is whoever may log in here."""
    return AT_THIS_MACHINE
