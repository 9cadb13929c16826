"""What each trouble code means and what to do next, in both languages.

Codes are stable: `EDGE-JNL-001` means the same for years. Some come with a name, `EDGE-DRV-001:gate`. The console has
the same codes in its own words; a test keeps them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong and what to do next."""

    zh: str
    en: str


TROUBLES: Final[dict[str, Advice]] = {
    "EDGE-JNL-001": Advice(
        "不能记录：请检查存储卡和剩余空间，报警照常响", "cannot record: check the card and its space; alarms still ring"
    ),
    "EDGE-JNL-002": Advice("记录曾损坏，已抢救：请尽快换存储卡", "records were damaged, now saved: replace the card"),
    "EDGE-CLK-001": Advice("不知道日期：请连上中心或校时", "the date is unknown: connect the hub or a time server"),
    "EDGE-UPL-001": Advice("中心不接受本箱：请把原因告诉中心", "the hub refuses this box: tell its operators why"),
    "EDGE-RST-001": Advice("名册有错，沿用上一份：请改正文件", "the roster is wrong, the last one counts: correct it"),
    "EDGE-DRV-001": Advice(
        "读不到这个接收器：请检查电源和接线", "cannot read this receiver: check its power and cable"
    ),
    "EDGE-DRV-002": Advice("驱动程序出错，已重启：请上报日志", "a fault in the driver, restarted: report the log"),
    "EDGE-DEV-001": Advice(
        "设备很久没有声音：请检查电源、电池和位置", "a device is silent: check its power, battery and place"
    ),
    "EDGE-ALR-001": Advice(
        "报警通道不通：请检查警报器或网络", "an alert channel fails: check the siren or the network"
    ),
    "EDGE-LSN-001": Advice(
        "页面打不开：请核对本箱地址和网络，会自动重试",
        "its pages cannot be reached: check the box's address and network; it tries again by itself",
    ),
    "EDGE-KSK-001": Advice("签到屏没有回应：请看屏幕是否开着", "a kiosk does not answer: see whether its screen is on"),
    "EDGE-ANN-001": Advice("局域网里找不到本箱：请手工填写地址", "not announced on the LAN: enter the address by hand"),
    "EDGE-TST-001": Advice(
        "自检报警没有通过：请马上按一次手环试试", "the test alarm failed: press a band now to check"
    ),
    "EDGE-BOX-001": Advice("本箱程序出错，已自动继续：请上报日志", "a fault in the box, it goes on: report the log"),
}


def advice_for(code: str) -> Advice | None:
    """Returns the advice for a code, with or without a name behind it; None for one of a later version."""
    return TROUBLES.get(code.partition(":")[0])
