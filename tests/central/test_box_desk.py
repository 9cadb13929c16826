"""Adding a box at the API: from the list to a code, a box's stages, its end, and who may."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import httpx

from anju_central.access.caller import HUB, Caller, Role
from anju_central.access.claim_maker import NewClaim
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.claims import make_claim, use_claim
from anju_central.registry.rows import NewCertificate
from support.hubs import Hub, running

DAY_MS = 86_400_000


@dataclass
class Claims:
    """Makes codes in the registry, without an authority."""

    link: RegistryLink
    hub: Hub
    made: int = 0

    async def make(self, caller: Caller, box: str, replaces: str | None) -> NewClaim:
        self.made += 1
        ends_ms = self.hub.clock.ms + DAY_MS
        secret = hashlib.sha256(b"%d" % self.made).digest()
        await make_claim(caller, self.link.registry, box, f"{self.made:032x}", secret, ends_ms, self.hub.clock.ms)
        return NewClaim(("123456", "654321"), f"ANJU1/123456654321/hub.example:7421 {replaces or ''}".strip(), ends_ms)


async def ask(who: Hub | httpx.AsyncClient, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    http = who.http if isinstance(who, Hub) else who
    answer = await http.post(f"/api/registry/{path}", json=body if body is not None else {})
    return answer.status_code, answer.json()


async def row(hub: Hub, box: str) -> dict[str, object]:
    listed = (await hub.http.get("/api/registry/boxes")).json()
    return next(one for one in listed["boxes"] if one["box"] == box)


async def test_a_box_is_added_claimed_connected_and_revoked(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        hub.parts.desk.claims = Claims(hub.parts.registry, hub)
        status, site = await ask(hub, "communities", {"community": "third", "name_zh": "第三社区", "name_en": "Third"})
        assert (status, site["name_zh"]) == (200, "第三社区")
        status, added = await ask(hub, "boxes", {"box": "third-1", "community": "third"})
        assert (status, added["state"], added["code_ends_at"]) == (200, "unused", None)
        status, code = await ask(hub, "boxes/third-1/code")
        assert (status, code["groups"], code["name_zh"]) == (200, ["123456", "654321"], "第三社区")
        assert str(code["qr_image"]).startswith("data:image/svg+xml")
        assert (await row(hub, "third-1"))["code_ends_at"] == code["ends_at"]

        registry = hub.parts.registry.registry
        signed = NewCertificate("1", b"k" * 32, 0, hub.clock.ms + 90 * DAY_MS, b"der")
        await use_claim(HUB, registry, f"{1:032x}", signed, hub.clock.ms)
        shown = await row(hub, "third-1")
        assert (shown["state"], shown["streaming"], shown["code_ends_at"]) == ("claimed", False, None)
        hub.contacts.connected("third-1", "third", "alarm")
        assert (await row(hub, "third-1"))["streaming"]
        assert await hub.parts.progress.write_down()
        assert (await row(hub, "third-1"))["state"] == "active"

        status, added = await ask(hub, "boxes", {"box": "third-2", "community": "third", "replaces": "third-1"})
        assert (status, added["replaces"]) == (200, "third-1")
        status, gone = await ask(hub, "boxes/third-1/revoke")
        assert (status, gone["state"], gone["replaced_by"]) == (200, "revoked", "third-2")
        assert "third-1" not in hub.parts.directory.communities
        status, gone = await ask(hub, "boxes/third-2/retire")
        assert (status, gone["state"]) == (200, "retired")
        done = [(entry.account, entry.action) for entry in await read_audit(HUB, registry, subject="third-1")]
        assert ("op-li", "box.revoke") in done


async def test_what_cannot_be_is_said_with_a_stable_code(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        for path, body, status, error in (
            ("boxes", {"box": "Box 1", "community": "ningdu"}, 422, "not-an-id"),
            ("boxes", {"box": "b", "community": "nowhere"}, 404, "community-unknown"),
            ("boxes", {"box": "box-1", "community": "ningdu"}, 409, "already-there"),
            ("boxes", {"box": "b", "community": "ningdu", "replaces": "box-2"}, 409, "cannot-replace"),
            ("boxes", {"box": "b", "community": "ningdu", "replaces": "box-9"}, 404, "box-unknown"),
            ("boxes", {"box": "b"}, 422, "invalid"),
            ("boxes/box-9/code", None, 404, "box-unknown"),
            ("boxes/box-9/retire", None, 404, "box-unknown"),
            ("boxes/box-1/code", None, 503, "no-authority"),
            ("communities", {"community": "ningdu"}, 409, "already-there"),
        ):
            said = await ask(hub, path, body)
            assert (said[0], said[1]["error"]) == (status, error), path
            assert said[1]["message"]
        await ask(hub, "boxes/box-1/revoke")
        assert (await ask(hub, "boxes/box-1/retire"))[1]["error"] == "box-out"


async def test_a_role_sees_and_does_what_it_may_and_no_more(tmp_path: Path) -> None:
    ningdu = frozenset({"ningdu"})
    async with (
        running(tmp_path) as hub,
        hub.person("op-1", Role.OPERATOR, ningdu) as operator,
        hub.person("tech-1", Role.TECHNICIAN, ningdu) as technician,
    ):
        listed = (await operator.get("/api/registry/boxes")).json()
        assert ([one["box"] for one in listed["boxes"]], listed["may_manage"]) == (["box-1"], False)
        for path in ("boxes/box-1/code", "boxes/box-1/revoke", "boxes/box-1/retire"):
            assert (await ask(operator, path))[0] == 403
        assert (await ask(operator, "boxes", {"box": "b", "community": "ningdu"}))[1]["error"] == "forbidden"
        assert (await ask(technician, "boxes/box-2/revoke"))[1]["error"] == "box-unknown"
        assert (await ask(technician, "communities", {"community": "third"}))[0] == 403
        assert (await ask(technician, "boxes", {"box": "b", "community": "ningdu"}))[0] == 200


async def test_without_the_registry_the_console_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.parts.registry.close()
        assert (await hub.http.get("/api/registry/boxes")).status_code == 503
        assert (await ask(hub, "boxes/box-1/revoke"))[1]["error"] == "unavailable"
