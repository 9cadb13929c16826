"""The routes of a hub's API, looked at once in a test process.

FastAPI reads each endpoint's signature and builds validators of its parameters and of its answer: of 136 routes for
each of a thousand hubs, a third of all that the tests of the hub did (FastAPI 0.165). The endpoints of the next
application are the same functions around other objects, so that what was found of one holds for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import pytest
from fastapi import routing
from fastapi.dependencies.models import Dependant

_LISTS = ("path_params", "query_params", "header_params", "cookie_params", "body_params", "dependencies")
Endpoint = Callable[..., Any]  # Any: whatever an endpoint takes


@contextmanager
def routes_once(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it is entered, applications are built from what was found of the first one's endpoints."""
    look: Callable[..., Dependant] = vars(routing)["get_dependant"]
    answer_of: Callable[[Endpoint], object] = vars(routing)["get_typed_return_annotation"]
    field_of: Callable[..., object] = vars(routing)["create_model_field"]
    looked: dict[object, Dependant] = {}
    answers: dict[object, object] = {}
    made: dict[object, object] = {}

    def get_dependant(*, path: str, call: Endpoint, **more: Any) -> Dependant:
        code = getattr(call, "__code__", None)
        if code is None:
            return look(path=path, call=call, **more)
        known = looked.get((path, code, *more.items()))
        if known is None:
            known = look(path=path, call=call, **more)
            if not all(map(_is_always_the_same, known.dependencies)):
                return known
            looked[path, code, *more.items()] = known
        own = copy(known)
        own.call = call
        for name in _LISTS:
            setattr(own, name, list(getattr(known, name)))
        return own

    def get_typed_return_annotation(call: Endpoint) -> object:
        code = getattr(call, "__code__", None)
        if code not in answers or code is None:
            answers[code] = answer_of(call)
        return answers[code]

    def create_model_field(name: str, type_: Any, **more: Any) -> object:
        key = (name, type_, *more.items())
        if key not in made:
            made[key] = field_of(name, type_, **more)
        return made[key]

    with patch.context() as patched:
        patched.setattr(routing, "get_dependant", get_dependant)
        patched.setattr(routing, "get_typed_return_annotation", get_typed_return_annotation)
        patched.setattr(routing, "create_model_field", create_model_field)
        yield


def _is_always_the_same(dependency: Dependant) -> bool:
    """Whether a dependency is a function of a module: one within another function may be around other objects."""
    inside = "<locals>" in getattr(dependency.call, "__qualname__", "<locals>")
    return not inside and all(map(_is_always_the_same, dependency.dependencies))
