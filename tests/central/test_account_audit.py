"""What was done to an account, as those read it who manage accounts or look after rights."""

from __future__ import annotations

from pathlib import Path

from anju_central.access.caller import Role
from support.hubs import running

NINGDU = frozenset({"ningdu"})


async def test_an_accounts_lines_are_read_a_page_at_a_time_and_a_boxs_are_not_among_them(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        # An account may be called as a box is.
        asked = {"account": "box-1", "role": "operator", "communities": ["ningdu"]}
        made = (await hub.http.post("/api/accounts", json=asked)).json()
        assert made["qr_image"].startswith("data:image/svg+xml")
        assert (await hub.http.post("/api/registry/boxes/box-1/retire", json={})).status_code == 200
        role = {"role": "technician", "communities": ["ningdu"]}
        assert (await hub.http.post("/api/accounts/box-1/role", json=role)).status_code == 200
        for _ in range(10):
            for change in ("disable", "enable"):
                assert (await hub.http.post(f"/api/accounts/box-1/{change}", json={})).status_code == 200
        lines, more = [], None
        while True:
            params: dict[str, str] = {} if more is None else {"before": more}
            page = (await hub.http.get("/api/accounts/box-1/audit", params=params)).json()
            lines += page["lines"]
            more = page["more"]
            if more is None:
                break
        assert [line["action"] for line in lines] == [
            *["account.enable", "account.disable"] * 10,
            "account.role",
            "account.add",
        ]
        assert lines[-2]["detail"] == "operator of ningdu -> technician of ningdu"
        assert {line["account"] for line in lines} == {"op-li"}


async def test_who_may_not_see_an_account_does_not_see_what_was_done_to_it(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        for account, community in (("op-1", "ningdu"), ("op-2", "other")):
            asked = {"account": account, "role": "operator", "communities": [community]}
            assert (await hub.http.post("/api/accounts", json=asked)).status_code == 200
        async with hub.person("head-1", Role.SUPERVISOR, NINGDU) as head:
            mine = await head.get("/api/accounts/op-1/audit")
            assert [line["action"] for line in mine.json()["lines"]] == ["account.add"]
            assert (await head.get("/api/accounts/op-2/audit")).status_code == 404
            assert (await head.get("/api/accounts/nobody/audit")).status_code == 404
        async with hub.person("op-1", Role.OPERATOR, NINGDU) as operator:
            assert (await operator.get("/api/accounts/op-1/audit")).status_code == 403
