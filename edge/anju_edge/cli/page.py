"""`anju-edge page`: which screens are paired, who waits, and the yes or no to them. Spoken over the control socket."""

from __future__ import annotations

import http.client
import json
import os
import socket
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn  # Any: JSON of the box

import typer

from anju_base.address import parse_address
from anju_edge.cli.page_words import KINDS, REFUSALS, list_lines
from anju_edge.config import ConfigError, EdgeConfig, load_config
from anju_edge.kiosk.pairing.own_screen import NAME as KEY_FILE
from anju_edge.kiosk.pairing.own_screen import read_key
from anju_edge.kiosk.pairing.socket_path import short_path
from anju_edge.process_end import EXIT_CONFIG

EXIT_REFUSED: Final = 1
EXIT_INPUT: Final = 2
TIMEOUT_S: Final = 20.0
DEFAULT_CONFIG: Final = Path("/etc/anju-edge/edge.toml")

app = typer.Typer(no_args_is_help=True, help="屏幕配对 · Screens: who is paired, approve and revoke.")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="配置文件 (TOML) · the box's configuration file")]


@app.command("list")
def list_pages(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """列出屏幕 · Lists the screens that are paired and those that wait."""
    found = _ask(_load(config), {"do": "list"})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in list_lines(found):
        typer.echo(line)


@app.command()
def approve(
    code: Annotated[
        list[str], typer.Argument(help="屏幕上的 8 位数字 · the 8 digits on the screen", show_default=False)
    ],
    kind: Annotated[str, typer.Option("--kind", help="kiosk、neighbour、board，不是就不确认 · refuse others")] = "",
    label: Annotated[str, typer.Option("--label", help="放在哪里，不写人名 · where it stands, no names")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """确认屏幕 · Pairs the screen that shows these digits."""
    done = _ask(_load(config), {"do": "approve", "code": "".join(code), "kind": kind, "label": label})
    page = done["page"]
    typer.echo(f"已配对 paired: {page['page']}，{KINDS[page['kind']]}，{page['address']}，编号 id {page['id']}")
    if not done["fetched"]:
        typer.echo(
            "屏幕还没有取走钥匙，请看它是否打开着 · the screen has not taken its key yet; see that it is open", err=True
        )
    _warn_unkept(done)


@app.command()
def revoke(
    page_id: Annotated[str, typer.Argument(metavar="ID", help="page list 里的编号 · the id in page list")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """取消配对 · Puts a screen out at once."""
    done = _ask(_load(config), {"do": "revoke", "id": page_id})
    page = done["page"]
    typer.echo(f"已取消 revoked: {page['page']}，{KINDS[page['kind']]}，{page['address']}，编号 id {page['id']}")
    _warn_unkept(done)


@app.command("open")
def open_page(
    page: Annotated[str, typer.Argument(help="屏幕名称 · the screen's name in the configuration")],
    config: ConfigOption = DEFAULT_CONFIG,
    key: Annotated[
        Path | None, typer.Option("--key", help="钥匙文件 · the key's file, for a user that is not the box's")
    ] = None,
    address: Annotated[str, typer.Option("--address", help="页面地址 host:port · the pages' port on loopback")] = "",
) -> None:
    """打开本机屏幕 · Prints an address that opens a page on the box's own screen, once and within a minute.

    The key is taken from --key, else from systemd's credential kiosk.key, else from the box's own folder.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    file = key or (Path(credentials) / KEY_FILE if credentials else None)
    if file is None or not address:
        settings = _load(config)
        file = file or settings.box.run_folder / KEY_FILE
        address = address or settings.http.kiosk_listen
    if not address:
        _fail(EXIT_INPUT, "没有开启页面 http.kiosk_listen is empty: the box serves no pages")
    try:
        secret = read_key(file)
    except OSError as error:
        _fail(EXIT_REFUSED, f"读不到钥匙 the key cannot be read: {file}: {error.strerror}")
    port = parse_address(address).port
    typer.echo(f"http://127.0.0.1:{port}{_launch(port, page, secret)}")


def _launch(port: int, page: str, secret: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
    try:
        connection.request("POST", f"/kiosk/{page}/api/launch", json.dumps({"key": secret}), headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        _fail(EXIT_REFUSED, f"网关没有应答 the box does not answer on port {port}: {error}")
    finally:
        connection.close()
    if answer.status != 200:
        _fail(EXIT_REFUSED, f"{body['next']['zh']} · {body['next']['en']}: {body['detail']}")
    return str(body["path"])


def _load(path: Path) -> EdgeConfig:
    try:
        return load_config(path)
    except ConfigError as error:
        _fail(EXIT_CONFIG, f"配置有误 wrong configuration: {error}")


def _ask(config: EdgeConfig, asked: dict[str, str]) -> dict[str, Any]:
    try:
        with short_path(config.box.run_folder) as path:
            status, answer = _post(path, asked)
    except (OSError, ValueError, http.client.HTTPException) as error:
        _fail(
            EXIT_REFUSED,
            f"网关没有应答，请用 root 运行 the box does not answer at {config.box.run_folder}: {error}; "
            "is it running, and are you root? sudo anju-edge page list",
        )
    if status == 409:
        zh, en = REFUSALS.get(answer["refused"], ("未能完成", answer["refused"]))
        kind = f" ({KINDS[answer['kind']]})" if answer.get("kind") else ""
        _fail(EXIT_REFUSED, f"{zh} · {en}{kind}")
    if status != 200:
        _fail(EXIT_INPUT, f"{answer.get('detail', answer)}")
    return answer


def _post(path: str, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
    class OverSocket(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(TIMEOUT_S)
            self.sock.connect(path)

    connection = OverSocket("localhost", timeout=TIMEOUT_S)
    try:
        connection.request("POST", "/", json.dumps(asked), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
    finally:
        connection.close()
    if not isinstance(body, dict):
        raise ValueError("no answer of a box")
    return answer.status, body


def _warn_unkept(done: dict[str, Any]) -> None:
    if not done["kept"]:
        typer.echo(
            "没能存盘，重启后不算数，请检查存储卡 · it is not on disk and ends with a restart; check the card", err=True
        )


def _fail(code: int, words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(code)
