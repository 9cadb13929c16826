"""The routes of devices and bindings, of the log of look-ups, and of emergency look-ups. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.numbers import Before, InPath
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_models import (
    ActedView,
    DevicesView,
    GlassesView,
    GlassView,
    LookUpsView,
    LookUpView,
    RegisteredDeviceView,
)
from anju_central.api.people_requests import (
    DeviceRequest,
    GlassRequest,
    HandOutRequest,
    ReturnRequest,
)
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam
from anju_central.registry.people.bands import (
    BandDone,
    NewDevice,
    add_device,
    hand_out,
    list_devices,
    note_lost,
    note_repaired,
    take_back,
)
from anju_central.registry.people.break_glass import break_glass, list_broken_glass, own_broken_glass, take_note
from anju_central.registry.people.look_ups import list_look_ups
from anju_central.registry.tables import DeviceKind

Asking = Annotated[Caller, Depends(asking)]


def band_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of devices and bindings."""
    routes = guarded("/api/devices")

    @routes.get("", responses=ASKED)
    async def devices(
        caller: Asking, purpose: PurposeParam, community: Annotated[str, Query(max_length=64)]
    ) -> DevicesView:
        """A community's devices, and who has them."""
        rows = await list_devices(for_purpose(caller, purpose), desk.registry, desk.log, community)
        return DevicesView(devices=[shown(RegisteredDeviceView, row) for row in rows])

    @routes.post("", responses=CHANGED)
    async def adds(caller: Asking, asked: DeviceRequest) -> ActedView:
        """Puts a device into the cupboard."""
        new = NewDevice(asked.key, DeviceKind(asked.kind), asked.number, asked.model)
        return _acted(await add_device(caller, desk.registry, asked.community, new, desk.now_ms()))

    @routes.post("/{device}/hand-out", responses=CHANGED)
    async def hands_out(caller: Asking, device: InPath, asked: HandOutRequest) -> ActedView:
        """Gives a band to somebody; one that another has asks which binding it takes the place of."""
        return _acted(
            await hand_out(caller, desk.registry, device, asked.resident, desk.now_ms(), instead_of=asked.instead_of)
        )

    @routes.post("/{device}/lost", responses=CHANGED)
    async def loses(caller: Asking, device: InPath) -> ActedView:
        """A band is lost."""
        return _acted(await note_lost(caller, desk.registry, device, desk.now_ms()))

    @routes.post("/{device}/return", responses=CHANGED)
    async def returns(caller: Asking, device: InPath, asked: ReturnRequest) -> ActedView:
        """A band came back, or was found."""
        return _acted(await take_back(caller, desk.registry, device, desk.now_ms(), broken=asked.broken))

    @routes.post("/{device}/repaired", responses=CHANGED)
    async def repaired(caller: Asking, device: InPath) -> ActedView:
        """A band came back from repair."""
        return _acted(await note_repaired(caller, desk.registry, device, desk.now_ms()))

    return routes


def _acted(done: BandDone) -> ActedView:
    return ActedView(action=done.action, resident=None)


def look_up_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes of the log of look-ups, and of breaking the glass."""
    routes = guarded("/api")

    @routes.get("/look-ups", responses=ASKED)
    async def look_ups(
        caller: Asking,
        account: Annotated[str | None, Query(max_length=64)] = None,
        incident: Annotated[str | None, Query(max_length=64)] = None,
        before: Before = None,
    ) -> LookUpsView:
        """Look-ups, the newest first."""
        rows = await list_look_ups(caller, desk.registry, desk.log, account, incident, before)
        return LookUpsView(look_ups=[shown(LookUpView, row) for row in rows])

    @routes.post("/glass", responses=CHANGED)
    async def breaks(caller: Asking, asked: GlassRequest) -> GlassView:
        """Opens an emergency look-up beyond an open incident; privacy officers are told."""
        asker = for_purpose(caller, "emergency")
        desk.about(asker, asked.incident)
        opened = await break_glass(
            asker, desk.registry, desk.log, asked.community, asked.incident, asked.reason, desk.now_ms()
        )
        return shown(GlassView, opened)

    @routes.get("/glass/own", responses=ASKED)
    async def own(caller: Asking) -> GlassesView:
        """The emergency look-ups of the caller that are open: the banner."""
        rows = await own_broken_glass(caller, desk.registry, desk.log, desk.now_ms())
        return GlassesView(looks=[shown(GlassView, row) for row in rows])

    @routes.get("/glass", responses=ASKED)
    async def glasses(caller: Asking, unseen: bool = False) -> GlassesView:
        """Emergency look-ups, for the privacy officer."""
        rows = await list_broken_glass(caller, desk.registry, unseen=unseen)
        return GlassesView(looks=[shown(GlassView, row) for row in rows])

    @routes.post("/glass/{number}/seen", responses=CHANGED)
    async def seen(caller: Asking, number: InPath) -> GlassesView:
        """A privacy officer has taken note; what is still unseen comes back."""
        await take_note(caller, desk.registry, number, desk.now_ms())
        rows = await list_broken_glass(caller, desk.registry, unseen=True)
        return GlassesView(looks=[shown(GlassView, row) for row in rows])

    return routes
