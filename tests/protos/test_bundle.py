"""Deltas of a bundle: what the hub makes of two bundles leads the box from the one to the other, or nowhere."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given
from hypothesis import strategies as st

from anju_protos.bundle import (
    KEYS,
    BundleVersion,
    DeltaDoesNotFit,
    SnapshotDamaged,
    SnapshotInbox,
    apply_delta,
    changed_rows,
    delta_to,
    pack,
    parts_of,
    unpack,
)
from anju_protos.v1.control_pb2 import (
    Binding,
    Device,
    Resident,
    RosterBundle,
    RosterDelta,
    RosterKey,
    RosterPart,
    Rule,
    Token,
    Zone,
)

IDS = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.text(max_size=3)
DEVICES = st.builds(Device, key=IDS, kind=st.just("band"), label_zh=TEXTS, period_s=st.integers(0, 9))
BINDINGS = st.builds(Binding, device=IDS, resident=IDS, from_ms=st.integers(0, 3), to_ms=st.integers(0, 3))
TOKENS = st.builds(Token, hash=st.binary(min_size=1, max_size=1), resident=IDS)
BUNDLES = st.builds(
    RosterBundle,
    revision=st.integers(1, 1 << 60),
    community=st.just("ningdu"),
    name_zh=TEXTS,
    zones=st.lists(st.builds(Zone, id=IDS, label_zh=TEXTS), max_size=4),
    devices=st.lists(DEVICES, max_size=4),
    bindings=st.lists(BINDINGS, max_size=4),
    residents=st.lists(st.builds(Resident, id=IDS, masked_name=TEXTS, flat=TEXTS), max_size=4),
    tokens=st.lists(TOKENS, max_size=4),
    guessable_tokens=st.lists(TOKENS, max_size=4),
    rules=st.lists(st.builds(Rule, id=IDS, values=st.dictionaries(TEXTS, TEXTS, max_size=3)), max_size=3),
    settings=st.dictionaries(TEXTS, TEXTS, max_size=4),
    from_hub=st.booleans(),
)


def delta_between(before: RosterBundle, after: RosterBundle) -> RosterDelta:
    to = BundleVersion.of(after)
    return delta_to(before.revision, changed_rows(BundleVersion.of(before).rows, to.rows), to)


def residents(*ids: int, revision: int = 1, flat: str = "3-2-501") -> RosterBundle:
    rows = [Resident(id=f"r-{number}", masked_name="王*秀", flat=flat) for number in ids]
    return RosterBundle(revision=revision, community="ningdu", residents=rows)


@given(BUNDLES, BUNDLES)
def test_a_delta_leads_to_what_the_snapshot_says(before: RosterBundle, after: RosterBundle) -> None:
    delta = RosterDelta.FromString(delta_between(before, after).SerializeToString())
    reached = apply_delta(before, delta)
    snapshot = unpack([pack(BundleVersion.of(after).bundle())], _checksum(after))
    assert reached == snapshot
    assert reached.SerializeToString(deterministic=True) == snapshot.SerializeToString(deterministic=True)
    assert BundleVersion.of(reached) == BundleVersion.of(after)


def _checksum(bundle: RosterBundle) -> bytes:
    return next(parts_of(1, pack(BundleVersion.of(bundle).bundle()), 1 << 20)).checksum


@given(BUNDLES, BUNDLES, BUNDLES)
def test_a_delta_from_another_base_changes_nothing(had: RosterBundle, base: RosterBundle, to: RosterBundle) -> None:
    delta = delta_between(base, to)
    kept = had.SerializeToString(deterministic=True)
    try:
        reached = apply_delta(had, delta)
    except DeltaDoesNotFit:
        assert had.SerializeToString(deterministic=True) == kept
    else:
        assert BundleVersion.of(reached) == BundleVersion.of(to), "either refused, or what the hub has"


def test_the_same_revision_with_other_rows_is_no_base() -> None:
    delta = delta_between(residents(1, 2), residents(1, 2, 3, revision=2))
    with pytest.raises(DeltaDoesNotFit):
        apply_delta(residents(1, 2, flat="another"), delta)
    with pytest.raises(DeltaDoesNotFit):
        apply_delta(residents(1, 2, revision=7), delta)


@given(BUNDLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_difference(bundle: RosterBundle, chance: random.Random) -> None:
    rows = BundleVersion.of(bundle).bundle()
    mixed = RosterBundle.FromString(rows.SerializeToString())
    for table in KEYS:
        shuffled = list(getattr(mixed, table))
        chance.shuffle(shuffled)
        mixed.ClearField(table)  # type: ignore[arg-type]  # a field's name
        getattr(mixed, table).extend(shuffled)
    assert BundleVersion.of(mixed) == BundleVersion.of(rows)


def test_a_thousand_revisions_one_by_one_and_in_one() -> None:
    chance = random.Random(7)
    first = box = residents(*range(40))
    hub = first
    changed: set[tuple[int, bytes]] = set()
    for revision in range(2, 1_002):
        after = residents(*chance.sample(range(60), 40), revision=revision, flat=str(revision % 5))
        delta = delta_between(hub, after)
        changed |= changed_rows(BundleVersion.of(hub).rows, BundleVersion.of(after).rows)
        box = apply_delta(box, delta)
        hub = after
    assert BundleVersion.of(box) == BundleVersion.of(hub)
    at_once = delta_to(first.revision, changed, BundleVersion.of(hub))
    assert apply_delta(first, at_once) == box


def test_deltas_that_overtake_each_other_lead_nowhere() -> None:
    one, two, three = residents(1), residents(1, 2, revision=2), residents(2, 3, revision=3)
    with pytest.raises(DeltaDoesNotFit):
        apply_delta(one, delta_between(two, three))
    assert apply_delta(apply_delta(one, delta_between(one, two)), delta_between(two, three)).revision == 3
    with pytest.raises(DeltaDoesNotFit):
        apply_delta(two, delta_between(one, two))


KEYS_TO_NOWHERE = st.builds(RosterKey, table=st.integers(0, 40), key=st.binary(max_size=4))
DELTAS = st.builds(
    RosterDelta,
    base=st.just(1),
    revision=st.integers(0, 1 << 60),
    changed=BUNDLES,
    gone=st.lists(KEYS_TO_NOWHERE, max_size=5),
    digest=st.binary(max_size=32),
)


@given(DELTAS)
def test_any_delta_is_applied_whole_or_refused(delta: RosterDelta) -> None:
    with pytest.raises(DeltaDoesNotFit):
        apply_delta(residents(1, 2), delta)


def test_each_table_of_a_bundle_has_a_key() -> None:
    fields: Sequence[FieldDescriptor] = RosterBundle.DESCRIPTOR.fields
    assert {field.name for field in fields if field.is_repeated} == {*KEYS, "settings"}


# ---- snapshots


@given(BUNDLES, st.integers(1, 200))
def test_a_snapshot_in_pieces_is_the_bundle(bundle: RosterBundle, part_bytes: int) -> None:
    inbox = SnapshotInbox()
    *first, last = parts_of(bundle.revision, pack(bundle), part_bytes)
    assert [inbox.add(part) for part in first] == [None] * len(first)
    pieces = inbox.add(last)
    assert pieces is not None
    assert unpack(pieces, last.checksum) == bundle


def test_a_piece_that_is_missing_is_noticed_and_the_next_snapshot_is_taken() -> None:
    inbox = SnapshotInbox()
    parts = list(parts_of(1, pack(residents(*range(50))), 30))
    assert len(parts) > 3
    inbox.add(parts[0])
    with pytest.raises(SnapshotDamaged):
        inbox.add(parts[2])
    with pytest.raises(SnapshotDamaged):
        inbox.add(parts[3])
    assert [inbox.add(part) for part in parts][-1] is not None
    inbox.add(parts[0])
    other = list(parts_of(2, pack(residents(1)), 10_000))
    assert inbox.add(other[0]) is not None, "a newer one takes the place of one that is not whole"


def test_what_is_no_bundle_is_refused() -> None:
    bomb = next(parts_of(1, pack(RosterBundle(name_zh="a" * (33 << 20))), 8 << 20))
    cut = next(parts_of(1, pack(residents(1))[:-3], 1_000))
    junk = next(parts_of(1, b"no zlib", 1_000))
    for part in (bomb, cut, junk, RosterPart(checksum=b"x", data=pack(residents(1)))):
        with pytest.raises(SnapshotDamaged):
            unpack([part.data], part.checksum)


def test_a_snapshot_that_never_ends_is_given_up() -> None:
    inbox = SnapshotInbox()
    with pytest.raises(SnapshotDamaged):  # noqa: PT012  # which of them is too much is no matter
        for number in range(20):
            inbox.add(RosterPart(revision=1, part=number, parts=1 << 31, data=bytes(1 << 20)))
