"""What `anju-edge devices` says, in Chinese and English."""

from __future__ import annotations

import os
from collections.abc import Mapping

from anju_edge.discovery.proposals import Obstacle

LANGUAGES = ("zh", "en")

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "found": ("找到的设备", "Devices found"),
    "live": ("设备", "Devices"),
    "key": ("编号", "key"),
    "kind": ("种类", "kind"),
    "model": ("厂家、型号、序列号", "maker, model, serial number"),
    "address": ("地址", "address"),
    "found_by": ("发现方式", "found by"),
    "driver": ("驱动", "driver"),
    "note": ("说明", "note"),
    "heard": ("最近听到", "last heard"),
    "frames": ("帧", "frames"),
    "rate": ("帧/秒", "frames/s"),
    "errors": ("错误", "errors"),
    "rssi": ("信号", "RSSI"),
    "battery": ("电量", "battery"),
    "zone": ("区域", "zone"),
    "never": ("从未", "never"),
    "seconds_ago": ("{n} 秒前", "{n} s ago"),
    "not_adopted": ("未登记", "heard, not adopted"),
    "adopted_as": ("已登记为 {name}", "adopted as {name}"),
    "adopt_hint": (
        "登记：anju-edge devices adopt {key} --name 名称",
        "adopt: anju-edge devices adopt {key} --name NAME",
    ),
    "nothing": ("没有找到设备", "nothing was found"),
    "odd": ("{n} 个应答无法识别", "{n} answers could not be read"),
    "trouble": ("未能搜索：{text}", "could not search: {text}"),
    "unknown_key": (
        "没有找到 {key}；先运行 anju-edge devices scan 或 list",
        "{key} was not found; run anju-edge devices scan or list first",
    ),
    "which_driver": (
        "{key} 没有说明自己是什么；用 --driver 指定驱动",
        "{key} does not say what it is; name its driver with --driver",
    ),
    "cannot_adopt": ("不能登记 {key}：{text}", "{key} cannot be adopted: {text}"),
    "bad_option": ("驱动 {driver} 的 {key}：{text}", "driver {driver}, {key}: {text}"),
    "give_option": ("用 --set {key}=... 给出", "give it with --set {key}=..."),
    "secret_later": (
        "注意 {key}：现在读不到（{text}）；重启前请放好",
        "note on {key}: cannot be read here ({text}); put it in place before the restart",
    ),
    "new_config": ("新的配置有误：{text}", "the new configuration is wrong: {text}"),
    "new_roster": ("新的社区资料有误：{text}", "the new roster is wrong: {text}"),
    "write": ("写入以上修改？", "Write these changes?"),
    "not_written": ("没有写入", "nothing was written"),
    "written": ("已写入 {path}，原文件保存为 {backup}", "wrote {path}, the old file is {backup}"),
    "restart": (
        "社区资料自动生效；驱动在重启后生效：systemctl restart anju-edge",
        "the roster is taken up by itself; drivers after a restart: systemctl restart anju-edge",
    ),
    "hub_roster": (
        "这个网关的社区资料来自中心，文件不起作用：请在中心登记设备；驱动在重启后生效：systemctl restart anju-edge",
        "this box has its roster from the hub and the file has no effect: register the device at the hub; drivers "
        "after a restart: systemctl restart anju-edge",
    ),
    "not_listed": ("{key} 不在配置和社区资料中", "{key} is in neither file"),
    "is_bound": (
        "{key} 仍绑定着住户；先在社区资料中解除绑定",
        "{key} is still bound to a resident; end the binding in the roster first",
    ),
    "name_needed": ("用 --name 给出名称（小写字母、数字、连字符）", "give a name with --name (a-z, 0-9 and hyphen)"),
    "not_serial": ("驱动 {name} 没有串口，无法录制", "driver {name} has no serial port: it cannot be recorded here"),
    "no_such_driver": ("配置中没有名为 {name} 的驱动", "no driver of the configuration is called {name}"),
    "give_baud": ("用 --baud 给出波特率", "give the speed with --baud"),
    "exists": ("{path} 已存在", "{path} exists already"),
    "recording": ("录制中，Ctrl-C 结束……", "recording, Ctrl-C ends..."),
    "recorded": (
        "已录制 {chunks} 段 {size} 字节，读数 {readings}，错误 {errors}：{path}",
        "recorded {chunks} chunks, {size} bytes; {readings} readings, {errors} errors: {path}",
    ),
    "personal": ("录制内容可能含个人信息，请勿外传", "a recording may hold personal data: do not pass it on"),
    "is_personal": (
        "{name} 的数据含姓名、证件号和照片；确需录制（用测试卡）请加 --personal-data",
        "the bytes of {name} hold names, numbers and photos; with test cards, add --personal-data",
    ),
    "port_trouble": (
        "{port}：{text}；先停止网关：systemctl stop anju-edge",
        "{port}: {text}; stop the box first: systemctl stop anju-edge",
    ),
    "differs": ("与 {path} 不同", "differs from {path}"),
    "same": ("与 {path} 相同，共 {n} 条", "the same as {path}, {n} lines"),
    "played": ("已播放到 {link}", "played to {link}"),
    "playing": ("在 {link} 播放", "playing at {link}"),
}
_OBSTACLES: Mapping[Obstacle, tuple[str, str]] = {
    Obstacle.FOREIGN: (
        "不在本机网段（可能是出厂地址），只列出，不连接；请先改地址",
        "address of another network (the factory's?): listed, never connected to; change it first",
    ),
    Obstacle.NOT_OURS: ("不是本系统读取的设备", "not a device that we read"),
    Obstacle.NOT_ACTIVATED: (
        "尚未激活；请用厂家工具设置密码",
        "not activated: set its password with the maker's tool",
    ),
    Obstacle.NOT_ANSWERING: (
        "没有应答：可能已关机或断网，名字还会留一阵",
        "not answering: switched off or cut off? its name stays listed for a while",
    ),
    Obstacle.NO_DRIVER: ("没有安装它的驱动", "its driver is not installed"),
    Obstacle.HELD: ("端口被占用或没有权限", "the port is in use, or not permitted"),
    Obstacle.SILENT: (
        "没有应答；可能是扫码器、RDM6300 读卡器或继电器，可用 --driver 指定",
        "silent: perhaps a scanner, an RDM6300 reader or a relay; name it with --driver",
    ),
}
_KINDS: Mapping[str, tuple[str, str]] = {
    "camera": ("摄像机", "camera"),
    "recorder": ("录像机", "recorder"),
    "receiver": ("接收器", "receiver"),
    "reader": ("读卡器", "reader"),
    "modem": ("通信模块", "modem"),
    "access": ("门禁或对讲", "door station"),
    "printer": ("打印机", "printer"),
    "box": ("安居网关", "Anju box"),
    "port": ("串口", "serial port"),
    "other": ("其他", "other"),
    "band": ("手环", "band"),
    "kiosk": ("签到屏", "kiosk"),
    "relay": ("继电器", "relay"),
}


class Messages:
    """What the command says, in one language."""

    def __init__(self, language: str) -> None:
        self._at = LANGUAGES.index(language)

    def __call__(self, word: str, **values: object) -> str:
        return _MESSAGES[word][self._at].format(**values)

    def obstacle(self, one: Obstacle) -> str:
        return _OBSTACLES[one][self._at]

    def kind(self, kind: str) -> str:
        return _KINDS[kind][self._at] if kind in _KINDS else kind


def preferred_language(environment: Mapping[str, str] = os.environ) -> str:
    """`zh` where the terminal's language is Chinese, else `en`."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
