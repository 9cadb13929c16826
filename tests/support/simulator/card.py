"""How keys of an encrypted card come back in the simulator: asked after each Welcome, answered by the real keeper."""

from __future__ import annotations

import random
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec

from anju_central.access.card_keys import CardKeeper
from anju_central.access.proven_box import ProvenBox
from anju_edge.journal.card import WrappedKey
from anju_edge.sync.control_channel import KEYS_WITHIN_S
from anju_protos.v1.control_pb2 import LockedKeys
from anju_protos.v1.control_pb2 import WrappedKey as WrappedKeyMessage

NEXT_SESSION_S = 20.0
LOST: list[ec.EllipticCurvePrivateKey] = [ec.derive_private_key(23, ec.SECP256R1())]


def keeper_of(*keys: ec.EllipticCurvePrivateKey) -> CardKeeper:
    """A hub that has these keys, the one in use first; none = it lost those that it had."""
    return CardKeeper(keys or LOST, lambda *_: None)


def as_question(keys: list[WrappedKey]) -> LockedKeys:
    return LockedKeys(keys=[WrappedKeyMessage(id=one.key_id, wrapped=one.wrapped) for one in keys])


def proven(box: str, community: str) -> ProvenBox:
    return ProvenBox(box, community, bytes(32), 0)


class KeysOnTheLine:
    """One box's questions. Answers take their time, or none comes; then new streams go beside what is locked.

    `locked`, `add` and `give_way` are the box's side, `answer` the hub's. `after(wait_s, call)` lets time pass.
    """

    def __init__(
        self,
        rng: random.Random,
        after: Callable[[float, Callable[[], None]], None],
        locked: Callable[[], list[WrappedKey]],
        answer: Callable[[LockedKeys], dict[bytes, bytes] | None],
        add: Callable[[dict[bytes, bytes]], None],
        give_way: Callable[[], None],
    ) -> None:
        self._rng, self._after = rng, after
        self._locked, self._answer, self._add, self._give_way = locked, answer, add, give_way
        self._life = 0
        self._forked = False

    def restarted(self) -> None:
        """The box ends and starts again: what is on the line is for nobody."""
        self._life += 1
        self._forked = False

    def ask(self) -> None:
        """A control session begins."""
        keys = self._locked()
        if not keys:
            return
        life, answered = self._life, False

        def take() -> None:
            nonlocal answered
            if life != self._life:
                return
            found = self._answer(as_question(keys))
            if found is None:  # the hub ends before it answers
                return
            answered = True
            self._add(found)
            if len(found) < len(keys):
                self._fork()

        def give_up() -> None:
            if life == self._life and not answered:
                self._fork()

        def again() -> None:
            if life == self._life:
                self.ask()

        if self._rng.random() < 0.8:
            self._after(self._rng.choice((0.01, 0.3, 4.0)), take)
        self._after(KEYS_WITHIN_S, give_up)
        self._after(NEXT_SESSION_S, again)

    def _fork(self) -> None:
        if not self._forked and self._locked():
            self._forked = True
            self._give_way()
