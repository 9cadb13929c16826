"""The process that compares a sheet, takes it over or takes it back: `python -m anju_central.registry.imports.worker`.

Stdin: a line of JSON that says what to do and as whom, then the file, unless the line says where that is. Stdout: a
JSON object a line, `progress` while it goes on, then one of `sheets`, `preview`, `compared`, `taken`, `undone`, `file`,
`exported`, `refused`. The hub has such a process for each job: what 10,339 people cost is not the hub's time, and a
worker that is killed leaves nothing half done.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from anju_central.access.caller import Caller, Communities, NotAllowed, Purpose, Role
from anju_central.registry.database import Registry
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.exports.list_file import fetch_list
from anju_central.registry.faults import RegistryForeign, RegistryTooNew, RegistryUnavailable
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports import job
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.limits import MAX_FILE_BYTES
from anju_central.registry.imports.niceness import be_nice, threads_at_full_speed
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.reading_json import look_json
from anju_central.registry.imports.reading_process import make_error_sheet
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.take_over import PreviewOutdated, undo_import
from anju_central.registry.imports.upload_work import keep_comparison, look_at_sheets
from anju_central.registry.secrets import RegistrySecrets, SecretsUnavailable

MAX_PROBLEMS_SHOWN: Final = 500
Json = dict[str, Any]  # as json.loads gives it


def main() -> None:
    """Does what it is asked, and says how it went."""
    at_full_speed = threads_at_full_speed()
    be_nice()
    asked: Json = json.loads(sys.stdin.buffer.readline())
    _say(asyncio.run(answer(asked, _file(asked), _say, at_full_speed)))


async def answer(
    asked: Json, data: bytes, say: Callable[[Json], None], at_full_speed: ThreadPoolExecutor | None = None
) -> Json:
    """Returns how it went, a refusal too; `say` learns meanwhile how far it is. It writes in `at_full_speed`."""
    try:
        return await _answer(asked, data, say, at_full_speed)
    except SheetRefused as refused:
        return _refusal(refused.code, refused.text("zh-CN"), refused.text("en"))
    except RegistryRefused as refused:
        return _refusal(refused.code, "", str(refused))
    except (NotAllowed, PurposeRefused) as error:
        return _refusal("not-allowed", "", str(error))
    except SecretsUnavailable as error:
        return _refusal("key-missing", "", str(error))
    except (RegistryUnavailable, RegistryTooNew, RegistryForeign) as error:
        zh = f"登记库现在不能用，没有改动任何档案，请稍后再试（{error}）"
        return _refusal("unavailable", zh, str(error))


def _file(asked: Json) -> bytes:
    """The sheet: of a file that it names, or what comes behind the line."""
    if "file" not in asked:
        return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    with Path(asked["file"]).open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def _say(line: Json) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _refusal(code: str, chinese: str, english: str) -> Json:
    return {"refused": {"code": code, "zh": chinese or english, "en": english}}


def caller_json(caller: Caller) -> Json:
    """Returns who asks as JSON can hold it."""
    communities = "every" if caller.communities == "every" else sorted(caller.communities)
    return {"account": caller.account, "role": caller.role, "communities": communities, "purpose": caller.purpose}


def said_caller(said: Json) -> Caller:
    """Returns who asks."""
    communities: Communities = "every" if said["communities"] == "every" else frozenset(said["communities"])
    return Caller(said["account"], Role(said["role"]), communities, Purpose(said["purpose"]))


def job_json(asked: job.Job) -> Json:
    """Returns a job as JSON can hold it."""
    fields = None if asked.fields is None else [[column, field] for column, field in asked.fields.items()]
    return asdict(asked) | {"fields": fields}


def _job(said: Json) -> job.Job:
    fields = said["fields"]
    chosen = None if fields is None else {int(column): Field(field) for column, field in fields}
    return job.Job(**(said | {"fields": chosen}))


async def _answer(
    asked: Json, data: bytes, say: Callable[[Json], None], at_full_speed: ThreadPoolExecutor | None
) -> Json:
    if at_full_speed is not None:
        asyncio.get_running_loop().set_default_executor(at_full_speed)  # which `write_long` plays in
    registry = await Registry.open(asked["registry"])
    try:
        caller = said_caller(asked["caller"])
        if asked["do"] == "undo":
            undone = await undo_import(caller, registry, asked["run"], asked["now_ms"], asked["reason"])
            return {"undone": undone}
        if asked["do"] == "export":
            numbers = IdNumbers(RegistrySecrets(Path(asked["data_dir"])))
            target = Path(asked["target"])
            return {"exported": await fetch_list(caller, registry, numbers, asked["export"], target, asked["now_ms"])}
        if asked["do"] == "look":
            return await look_at_sheets(caller, registry, data, asked["file_name"])
        numbers = IdNumbers(RegistrySecrets(Path(asked["data_dir"])))
        today = date.fromisoformat(asked["today"])
        chosen = _job(asked["job"])
        ready = await job.prepare(caller, registry, numbers, chosen, data, today)
        if asked["do"] == "compare":
            return await keep_comparison(Path(asked["folder"]), ready, data, chosen.file_name)
        if asked["do"] == "errors":
            made = await make_error_sheet(data, chosen.file_name, ready.choice, ready.problems)
            return {"file": base64.b64encode(made).decode()}
        if asked["do"] == "preview":
            shown = await job.show(caller, registry, ready.planned.plan, asked["now_ms"])
            return {"preview": _preview(ready, shown)}
        if ready.planned.last_action != asked["last_action"]:
            raise PreviewOutdated
        taken = await job.run(
            caller,
            registry,
            numbers,
            ready,
            frozenset(asked["ticked"]),
            asked["now_ms"],
            lambda done, of: say({"progress": [done, of]}),
        )
        return {"taken": asdict(taken)}
    finally:
        await registry.close()


def _preview(ready: job.Ready, shown: job.Shown) -> Json:
    fields = [[column, field] for column, field in ready.choice.fields.items()]
    return {
        "sheet": look_json(ready.look),
        "fields": fields,
        "counts": ready.counts,
        "as_of_ms": ready.file.as_of_ms,
        "last_action": ready.planned.last_action,
        "problems": [_problem(problem) for problem in ready.problems[:MAX_PROBLEMS_SHOWN]],
        "problems_not_shown": max(0, len(ready.problems) - MAX_PROBLEMS_SHOWN) + ready.checked.problems_not_kept,
    } | asdict(shown)


def _problem(problem: Problem) -> Json:
    return {
        "row": problem.row,
        "place": problem.place,
        "code": problem.code,
        "what_becomes": problem.what_becomes,
        "zh": problem.text("zh-CN"),
        "en": problem.text("en"),
    }


if __name__ == "__main__":
    main()
