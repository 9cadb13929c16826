"""The demonstration's district: always the same fictitious people, bands, groups and activities."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_base.id_number import read
from anju_central.__main__ import app
from anju_central.access.caller import COMMAND_LINE, Caller, Purpose
from anju_central.registry.bundles.book import BundleBook
from anju_central.registry.bundles.follow import BundleFollower
from anju_central.registry.database import Registry
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports.sheet_person import SheetPerson
from anju_central.registry.queries.demo import PeopleThere
from anju_central.registry.queries.demo_site import add_demo_site, cards_of, demo_site
from anju_central.registry.secrets import RegistrySecrets
from anju_central.simulation.district import seed_demo, seed_some
from anju_central.simulation.residents import NO_COUNTY, POLYPHONIC, TODAY, communities
from anju_protos.bundle import parse
from anju_protos.roster_file import parse_roster, token_hash
from support.registry_people import NOW, People

OWNER = Caller(COMMAND_LINE.account, COMMAND_LINE.role, COMMAND_LINE.communities, Purpose.CASE)


def everybody() -> list[SheetPerson]:
    return [person for community in communities() for person in community.people]


def test_the_district_is_the_same_each_time_and_nobody_in_it_exists() -> None:
    people = everybody()
    assert people == everybody()
    assert len(people) == 10_339
    for part in ("id_number", "phones", "archive_no"):
        assert len({getattr(person, part) for person in people}) == 10_339
    for person in people:
        assert person.id_number is not None
        says = read(person.id_number, TODAY)
        assert person.id_number.startswith(NO_COUNTY)
        assert person.birth is not None
        assert (says.birth, says.is_male) == (person.birth.on, person.sex == "male")
        for phone in (*(person.phones or ()), *([person.contact.phone] if person.contact else [])):
            assert phone.startswith("12"), "no mobile number begins so"


def test_names_ages_and_flats_are_plausible() -> None:
    people = everybody()
    sizes = [len(community.people) for community in communities()]
    assert set(sizes) == {430, 431}
    with_other_reading = sum(person.name.startswith(POLYPHONIC) for person in people)
    assert 400 < with_other_reading < 1_000
    assert {surname for surname in POLYPHONIC if any(person.name.startswith(surname) for person in people)} == set(
        POLYPHONIC
    )
    ages = Counter((TODAY - person.birth.on).days // 3_653 * 10 for person in people if person.birth)
    assert min(ages) >= 50
    assert ages[60] > ages[70] > ages[80] > ages[90]
    homes = Counter((person.community, person.flat) for person in people)
    assert set(homes.values()) == {1, 2}


async def test_a_registry_is_filled_once(registry: Registry, tmp_path: Path) -> None:
    secrets = RegistrySecrets(tmp_path, {})
    secrets.make()
    numbers = IdNumbers(secrets)
    made = await seed_demo(OWNER, registry, numbers, NOW, residents=480)
    assert (made.communities, made.residents, made.bands, made.activities) == (24, 480, 100, 96)
    rows = People(registry, log=None, numbers=numbers).rows  # type: ignore[arg-type] # nothing is looked up
    assert await rows("SELECT count(*) FROM resident WHERE household IS NULL") == [(0,)]
    assert await rows("SELECT count(*) FROM binding WHERE to_ms IS NULL AND resident IS NOT NULL") == [(100,)]
    assert await rows("SELECT count(DISTINCT number) FROM device") == [(100,)]
    groups = await rows("SELECT responder_group, count(*) FROM group_member GROUP BY responder_group")
    assert len(groups) == made.groups
    assert all(8 <= size <= 22 for _, size in groups)
    assert await rows("SELECT count(*) FROM responder_group WHERE leader IS NULL") == [(0,)]
    with pytest.raises(PeopleThere):
        await seed_demo(OWNER, registry, numbers, NOW)


EQUIPMENT = """
community = "demo-01"
name_zh = "演示"
token_salt = "00000000000000000000000000000000"
[[zones]]
id = "gate"
label_zh = "东门"
[[zones]]
id = "b1-u1"
label_zh = "1栋1单元"
[[devices]]
key = "ble:receiver-1"
kind = "receiver"
zone = "b1-u1"
[[rules]]
id = "sos"
kind = "sos"
"""


async def test_the_demo_begins_with_its_boxes_communities_and_the_rest_follows(
    registry: Registry, tmp_path: Path
) -> None:
    """The same people as the whole district's; their box is told of them, of the site's devices, and of cards."""
    secrets = RegistrySecrets(tmp_path, {})
    secrets.make()
    numbers, site = IdNumbers(secrets), parse_roster(EQUIPMENT, Path("equipment.toml"))
    assert (await seed_some(OWNER, registry, numbers, NOW, 1, 1)).residents == 431
    for _ in range(2):  # the demo was started before, with the same folder
        assert (await seed_some(OWNER, registry, numbers, NOW, 1, 1)).communities == 0
        await add_demo_site(OWNER, registry, site, NOW)
    follower = BundleFollower(BundleBook(), lambda: registry)
    await follower.refresh()
    told = follower.book.of("demo-01")
    assert told is not None
    bundle = parse(told.packed)
    assert (len(bundle.residents), len(bundle.bindings), len(bundle.tokens)) == (431, 5, 10)
    assert {zone.id: zone.label_zh for zone in bundle.zones}["gate"] == "大门", "the district's zone stays as it is"
    withheld = [one.key for one in bundle.devices if one.place_withheld]
    assert withheld == ["ble:c30000000004"], "one in four has not agreed to positions"
    shown = await demo_site(OWNER, registry, "demo-01")
    people = {one.name for one in communities(first_of_them=1)[0].people}
    assert [one.thing for one in shown.bands] == [f"ble:c3000000000{n}" for n in range(1, 6)]
    assert [one.thing for one in shown.cards] == cards_of("demo-01")
    assert {one.name for one in (*shown.bands, *shown.cards)} <= people
    assert {token_hash(bundle.token_salt, f"em4100:{one.thing}") for one in shown.cards} == {
        token.hash for token in bundle.tokens
    }
    more = await seed_some(OWNER, registry, numbers, NOW, 2, 2)
    assert (more.communities, more.bands) == (1, 5)
    rows = People(registry, log=None, numbers=numbers).rows  # type: ignore[arg-type] # nothing is looked up
    assert await rows("SELECT count(DISTINCT key) FROM device WHERE kind = 'band'") == [(10,)]


def test_the_command(tmp_path: Path) -> None:
    config = tmp_path / "central.toml"
    config.write_text('data_dir = "data"\nhttp_address = "127.0.0.1:7481"\n')
    words = ["seed", "--config", str(config)]
    assert CliRunner().invoke(app, words).exit_code == 2
    done = CliRunner().invoke(app, [*words, "--demo", "--residents", "240"])
    assert done.exit_code == 0, done.output
    assert "居民 residents: 240" in done.output
    again = CliRunner().invoke(app, [*words, "--demo"])
    assert (again.exit_code, "begins in an empty one" in again.output) == (1, True)
