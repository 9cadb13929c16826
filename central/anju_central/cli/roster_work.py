"""What `anju-central roster` does: beside its commands, which load it when they run, since it takes seconds."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from anju_central.access.authority import FOLDER, ISSUING, load_authority, read_certificates
from anju_central.access.caller import COMMAND_LINE
from anju_central.cli.registry import now_ms
from anju_central.cli.terminal import stop
from anju_central.config import CentralConfig
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.bundles.follow import for_its_boxes
from anju_central.registry.database import Registry
from anju_central.registry.errors import RegistryRefused, UnknownBox, UnknownCommunity
from anju_central.registry.queries.boxes import list_boxes
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.certificates import newest_certificate
from anju_central.registry.queries.communities import list_communities
from anju_central.registry.queries.roster_take_over import begin_roster, take_over_roster
from anju_central.registry.roster_files import roster_path
from anju_protos.box_uri import box_uri
from anju_protos.bundle import BundleVersion, pack
from anju_protos.roster_file import RosterFileError, load_roster
from anju_protos.roster_stick import seal_stick
from anju_protos.v1.control_pb2 import RosterBundle


class NoRoster(RegistryRefused):
    """The registry is not where the community's roster comes from."""

    code = "no-roster"

    def __init__(self, community: str) -> None:
        super().__init__(
            f"the roster of {community!r} is a file yet: take it over by anju-central roster take-over {community}"
        )


class NoKey(RegistryRefused):
    """A box has no certificate: nothing can be encrypted to it."""

    code = "no-key"

    def __init__(self, box: str) -> None:
        super().__init__(f"box {box!r} has no certificate, so nobody could read the file: claim it first")


async def take_over(
    registry: Registry, settings: CentralConfig, community: str, file: Path | None, *, empty: bool
) -> Path | None:
    """Takes a roster file into the registry; returns which, None where it began empty. Raises UnknownCommunity."""
    rows = {row.community: row for row in await list_communities(COMMAND_LINE, registry)}
    if community not in rows:
        raise UnknownCommunity(community)
    if empty:
        await begin_roster(COMMAND_LINE, registry, community, now_ms())
        return None
    path = file or roster_path(rows[community], settings.data_dir)
    await take_over_roster(COMMAND_LINE, registry, _load(path, community), now_ms())
    return path


def _load(path: Path, community: str) -> RosterBundle:
    try:
        bundle = load_roster(path)
    except RosterFileError as error:
        raise stop(f"社区资料有误 wrong roster: {error}", 1) from error
    if bundle.community != community:
        raise stop(f"{path}: 是 is of {bundle.community}, 不是 not of {community}", 1)
    return bundle


async def for_box(registry: Registry, community: str, box: str) -> tuple[RosterBundle, x509.Certificate]:
    """Returns a box's roster and newest certificate. Raises UnknownBox, NoRoster, NoKey."""
    rows = {row.box: row.community for row in await list_boxes(COMMAND_LINE, registry)}
    if rows.get(box) != community:
        raise UnknownBox(box)
    told = await read_bundle_rows(for_its_boxes(community), registry, community)
    if told is None:
        raise NoRoster(community)
    newest = await newest_certificate(COMMAND_LINE, registry, box)
    if newest is None or newest.revoked_ms is not None:
        raise NoKey(box)
    return build_bundle(told), x509.load_der_x509_certificate(newest.der)


def sealed(settings: CentralConfig, bundle: RosterBundle, box: str, certificate: x509.Certificate) -> bytes:
    """Returns what a stick carries: signed by the hub, readable by the box. Raises NoKey, AuthorityMissing."""
    folder = settings.data_dir / FOLDER
    authority = load_authority(folder)
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NoKey(box)
    return seal_stick(
        pack(BundleVersion.of(bundle).bundle()),
        bundle.revision,
        box_uri(bundle.community, box),
        key,
        authority.key,
        read_certificates(folder / ISSUING),
        now_ms(),
    )
