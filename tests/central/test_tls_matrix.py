"""Who comes with what certificate to which port of the hub, in one table; each cell names the test that proves it.

7420 gRPC (certificates on both sides), 7421 enrolment, renewal and reasons (a certificate where there is one),
7480 the console (the hub's certificate alone; what a browser shows is not asked for).
"""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from central.test_https_console import DISTRICT, https, served
from support.certificates import SERVER, Authority, Issued, around_now
from support.named_tests import missing_test

RPC = "tests/central/test_caller_of_rpc.py"
GRPC = "tests/central/test_grpc_tls.py"
ENROLMENT = "tests/central/test_enrolment.py"
LINES = "tests/edge/test_secure_channel.py"
CONSOLE = "tests/central/test_console_certificate.py"
HANDSHAKE = f"{GRPC}::test_the_handshake_is_for_boxes_of_ours_alone"
STRANGER = f"{ENROLMENT}::test_tls_refuses_certificates_of_others_and_for_servers"
NOBODY = "tests/central/test_tls_matrix.py::test_whoever_shows_the_console_a_certificate_is_nobody_for_it"
BROWSER = (
    "tests/system/test_console_over_https.py"
    "::test_a_browser_on_another_machine_trusts_the_console_once_it_is_told_to_and_no_other_site"
)
REVOKED = (
    "tests/system/test_revoked_live.py::test_a_box_that_is_revoked_while_it_streams_is_out_within_a_minute_and_says_why"
)
PORTS = (7420, 7421, 7480)
Cell = tuple[str, str]  # what happens, and the test of it
MATRIX: dict[str, tuple[Cell, Cell, Cell]] = {
    "none": (
        ("no handshake", HANDSHAKE),
        ("may claim and ask, not renew", f"{ENROLMENT}::test_a_box_finds_its_reason_by_certificate_or_code"),
        ("is served", "tests/central/test_https_console.py::test_the_page_that_acts_is_the_hubs_own_and_came_by_https"),
    ),
    "of another root": (("no handshake", HANDSHAKE), ("no handshake", STRANGER), ("nobody", NOBODY)),
    "expired": (
        ("no handshake", HANDSHAKE),
        ("renews", f"{ENROLMENT}::test_renewal_is_by_the_certificate_itself_also_when_it_is_over"),
        ("nobody", NOBODY),
    ),
    "not yet valid": (
        ("no handshake", HANDSHAKE),
        ("told that the hub's clock is wrong", f"{ENROLMENT}::test_a_box_finds_its_reason_by_certificate_or_code"),
        ("nobody", NOBODY),
    ),
    "for servers": (("no handshake", HANDSHAKE), ("no handshake", STRANGER), ("nobody", NOBODY)),
    "of another community": (
        ("refused, told why", f"{RPC}::test_the_certificate_says_who_it_is"),
        ("renews as that one", f"{ENROLMENT}::test_a_certificate_of_another_community_renews_as_that_one_alone"),
        ("nobody", NOBODY),
    ),
    "revoked while it streams": (
        ("out within a minute", REVOKED),
        ("told so, not renewed", f"{ENROLMENT}::test_the_registry_decides_about_renewals"),
        ("nobody", NOBODY),
    ),
    "the root is replaced": (
        ("streams go on", f"{LINES}::test_a_root_is_replaced_while_a_box_streams"),
        ("the next renewal brings it", f"{ENROLMENT}::test_new_files_are_taken_and_bad_ones_are_not"),
        ("its own; must be trusted anew", f"{CONSOLE}::test_a_new_authority_is_shown_at_once_and_the_old_one_ends"),
    ),
    "the hub's key is replaced": (
        ("counts at the next handshake", f"{GRPC}::test_a_new_key_and_new_roots_serve_at_the_next_handshake"),
        ("counts at the next handshake", f"{ENROLMENT}::test_new_files_are_taken_and_bad_ones_are_not"),
        (
            "live pages go on",
            "tests/central/test_https_console.py::test_a_live_stream_goes_on_while_the_certificate_changes",
        ),
    ),
    "the hub is another's": (
        ("the box sends nothing", f"{GRPC}::test_a_box_believes_no_hub_of_another_root"),
        ("the code pins the hub", "tests/edge/test_claim.py::test_another_hubs_code_is_told_from_a_wrong_one"),
        ("the browser does not go on", BROWSER),
    ),
}


def test_each_cell_has_its_proof() -> None:
    named = {test for row in MATRIX.values() for _, test in row}
    assert [missing for test in sorted(named) if (missing := missing_test(test))] == []


OURS, ROGUE = Authority("ours"), Authority("another's")
SHOWN: dict[str, Issued] = {
    "a box's": OURS.box(),
    "of another root": ROGUE.box(),
    "expired": OURS.box(dates=around_now(-1, from_days=-2)),
    "not yet valid": OURS.box(dates=around_now(3, from_days=2)),
    "for servers": OURS.leaf((), SERVER, around_now()),
    "of the console's authority": DISTRICT.box(),
}


@pytest.mark.parametrize("kind", SHOWN)
async def test_whoever_shows_the_console_a_certificate_is_nobody_for_it(tmp_path: Path, kind: str) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(SHOWN[kind].key_pem + SHOWN[kind].chain)
    async with served(https(tmp_path)) as console:
        answers = []
        for certificate in (None, own):
            context = ssl.create_default_context(cadata=DISTRICT.roots_pem.decode())
            if certificate is not None:
                context.load_cert_chain(certificate)
            console.trust = context
            async with asyncio.timeout(60), console.get("/api/boxes") as answer:
                answers.append((answer.status, await answer.read()))
    assert answers[0] == answers[1]
