"""`anju-edge simulate DRIVER`: a device that is not there, for trying out a box and for training."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Annotated

import typer

from anju_drivers.errors import DriverConfigError
from anju_drivers.registry import UnknownDriver, load_drivers
from anju_drivers.testing.simulation import Simulator


def simulate(
    driver: Annotated[str, typer.Argument(help="Name of the driver, such as card_reader.")],
    option: Annotated[
        list[str] | None, typer.Option(help="An option of the simulator, key=value; may be repeated.")
    ] = None,
    every: Annotated[float, typer.Option(help="Act every so many seconds by itself; 0 = on Enter only.", min=0)] = 0,
) -> None:
    """Run a simulated device; it acts on every Enter, until Ctrl-C or the end of input."""
    try:
        spec = load_drivers().get(driver)
        if spec.simulate is None:
            raise UnknownDriver(f"driver {driver} has no simulator")
        simulator = spec.simulate(dict(map(_option, option or [])))
    except (UnknownDriver, DriverConfigError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not isinstance(simulator, Simulator):
        typer.echo(f"driver {driver}: {type(simulator).__name__} is no simulator", err=True)
        raise typer.Exit(1)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(driver, simulator, every))


def _option(text: str) -> tuple[str, object]:
    key, sign, value = text.partition("=")
    if not sign:
        raise DriverConfigError(key, "write it as key=value")
    return key, int(value) if value.isdigit() else value


async def _run(driver: str, simulator: Simulator, every_s: float) -> None:
    """Serves until stdin ends (with `every_s` 0) or the task is cancelled."""
    serving = asyncio.create_task(simulator.run(), name="simulator")
    try:
        await simulator.ready.wait()
        typer.echo(f"simulated {driver} at {simulator.link}")
        for key, value in simulator.driver_options().items():
            typer.echo(f"  {key} = {value!r}")
        while True:
            if every_s:
                await asyncio.sleep(every_s)
            elif not await asyncio.to_thread(sys.stdin.readline):
                return
            typer.echo(await simulator.demonstrate())
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
