"""Every trouble that a box can have: code, severity, what is wrong, what to do next. The only list.

Codes are stable: `EDGE-JNL-001` means the same for years. Some come with a name, `EDGE-DRV-001:gate`.

To add one: a line in `TROUBLES`, and the code where it is raised (`BoxHealth.troubles`, with the cause of this very
case in `BoxHealth.causes`). The console's words and the table of docs/install.md are made from here by
`./dev contracts`; tests say when one of the three is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Severity(IntEnum):
    """How soon somebody must act; also the exit code of `anju-edge status`."""

    FINE = 0
    SOON = 1  # alarms get through, something else does not
    NOW = 2  # somebody's call may not be heard, kept or passed on


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong and what to do next, in both languages."""

    code: str
    severity: Severity
    zh: str
    en: str
    next_zh: str
    next_en: str


_ALL: Final = (
    Trouble(
        "EDGE-JNL-001",
        Severity.NOW,
        "网关无法记录，告警照常响",
        "the box cannot record; alarms still ring",
        "检查存储卡和剩余空间，必要时换卡",
        "check the card and its free space, replace the card if need be",
    ),
    Trouble(
        "EDGE-JNL-002",
        Severity.SOON,
        "记录曾损坏，能读的已救回",
        "records were damaged; what could be read is saved",
        "尽快换存储卡",
        "replace the card soon",
    ),
    Trouble(
        "EDGE-CRD-001",
        Severity.SOON,
        "存储卡还没有加密，拿走卡的人能读到记录",
        "the card is not encrypted yet; who takes it can read the records",
        "中心要用有网关存储卡密钥的版本，见中心日志里的 card.key",
        "the hub must have a card key: look for card.key in its log, and update a hub that is too old",
    ),
    Trouble(
        "EDGE-CRD-002",
        Severity.SOON,
        "以前的记录打不开，中心没有当时的密钥；新的照常上传",
        "the hub has no key to some earlier records; they wait, new ones go on",
        "把中心备份里的 .card-keys 恢复：anju-central card restore",
        "bring back FILE.card-keys of the hub's backup: anju-central card restore",
    ),
    Trouble(
        "EDGE-CRD-003",
        Severity.SOON,
        "应急文件写不进去，断电又连不上中心时会不知道未办结的求助",
        "the emergency file cannot be written; after a restart without the hub open calls are not known",
        "检查存储卡和剩余空间，必要时换卡",
        "check the card and its free space, replace the card if need be",
    ),
    Trouble(
        "EDGE-CRD-004",
        Severity.SOON,
        "存储卡已加密，但社区资料文件还在上面，写着姓名",
        "the card is encrypted, but the community's file lies on it, with names",
        "网关已记住资料，把这个文件移到别处；要改时再放回来",
        "the box has taken it in: move the file away, and put it back when something changes",
    ),
    Trouble(
        "EDGE-CLK-001",
        Severity.SOON,
        "走时未校准，网关不知道日期",
        "the clock is not set; the box does not know the date",
        "连上中心或校时服务器，之前的时间会自动改正",
        "connect the hub or a time server; earlier times are corrected then",
    ),
    Trouble(
        "EDGE-UPL-001",
        Severity.NOW,
        "中心不接受这个网关，告警到不了值班台",
        "the hub refuses this box; its alarms do not reach the operators",
        "按中心说的原因处理，核对网关编号、社区和版本",
        "go by the reason that the hub gives; compare the box's id, community and version",
    ),
    Trouble(
        "EDGE-UPL-002",
        Severity.SOON,
        "连不上中心，本地照常，值班台看不到",
        "the hub cannot be reached; all works on site, operators see nothing of it",
        "检查网络、中心地址和中心是否开着",
        "check the network, the hub's address and whether the hub runs",
    ),
    Trouble(
        "EDGE-IDN-001",
        Severity.NOW,
        "网关没有可用的证书，告警到不了值班台",
        "the box has no certificate that the hub would take; its alarms do not reach the operators",
        "按原因处理：没有接入过就运行 anju-edge claim，到期的会自动续期",
        "go by the cause: run anju-edge claim if it never was, or not anew; one that has ended renews by itself",
    ),
    Trouble(
        "EDGE-IDN-002",
        Severity.SOON,
        "新的密钥或证书无法使用，沿用上一份",
        "new key or certificate files cannot be used; those read before stay in use until a restart",
        "按提示的文件处理，必要时重新接入：anju-edge claim",
        "look at the file that is named, claim the box anew by anju-edge claim if need be",
    ),
    Trouble(
        "EDGE-RST-001",
        Severity.SOON,
        "社区资料有错，沿用上一份",
        "the community's data is wrong; the last good one stays in use",
        "按提示的行改正文件，再用 check-config 检查",
        "correct the line that is named, then run check-config",
    ),
    Trouble(
        "EDGE-DRV-001",
        Severity.NOW,
        "读不到这个设备",
        "this device cannot be read",
        "按原因处理，多半是没有通电、没有插好或地址不对",
        "go by the cause; mostly it has no power, is not plugged in, or the address is wrong",
    ),
    Trouble(
        "EDGE-DRV-002",
        Severity.SOON,
        "驱动程序出错，已重新启动",
        "a fault in the program of this device; it was started again",
        "把日志发给供应商",
        "send the log to the supplier",
    ),
    Trouble(
        "EDGE-DRV-003",
        Severity.NOW,
        "设备不让登录或拒绝服务",
        "the device answers and refuses us",
        "核对用户名、密码和设备上的权限，电源和接线没有问题",
        "compare user, password and rights on the device; its power and cable are fine",
    ),
    Trouble(
        "EDGE-DEV-001",
        Severity.SOON,
        "设备长时间没有信号",
        "a device has not been heard for long",
        "检查它的电源、电池和位置",
        "check its power, its battery and where it is",
    ),
    Trouble(
        "EDGE-DEV-002",
        Severity.NOW,
        "连不上这个接收器、读卡器或摄像机",
        "this receiver, reader or camera cannot be reached",
        "按原因处理：端口不在就查接线和供电，拒绝登录就查密码",
        "go by the cause: no such port means cable or power, a refused login means the password",
    ),
    Trouble(
        "EDGE-DEV-003",
        Severity.SOON,
        "设备发来了无法识别的代码",
        "a device sent a code that no table knows",
        "先去看一次佩戴的人，再把代码发给供应商，见 docs/devices.md",
        "look after the person once, then send the code to the supplier; see docs/devices.md",
    ),
    Trouble(
        "EDGE-SOS-001",
        Severity.NOW,
        "这个接收器没有配置 SOS 标识，有的手环按了没有反应",
        "no SOS identities at this receiver; presses of some bands do nothing",
        "填写 sos 或 models，没有这种手环时写 sos = []",
        "fill in sos or models of the driver; without such bands write sos = []",
    ),
    Trouble(
        "EDGE-SOS-002",
        Severity.NOW,
        "手环像是按过，但没有规则认识它",
        "a band sent what looks like a press, and no rule knows it",
        "按一次试试，并把它的 SOS 标识写进接收器的配置",
        "press it to try, then write its SOS identity into the receiver's configuration",
    ),
    Trouble(
        "EDGE-ALR-001",
        Severity.NOW,
        "这条告警渠道不通",
        "this alert channel does not work",
        "检查警号的接线，或对方地址和网络",
        "check the siren's cable, or the other side's address and the network",
    ),
    Trouble(
        "EDGE-LSN-001",
        Severity.NOW,
        "网关的页面打不开",
        "pages of the box cannot be served at their address",
        "核对网关的地址和网络，端口是否被别的程序占用，会自动重试",
        "check that the box has this address and nothing else its port; it is tried again by itself",
    ),
    Trouble(
        "EDGE-KSK-001",
        Severity.SOON,
        "签到屏没有回应",
        "a kiosk does not answer",
        "看屏幕是否开着、浏览器是否在网关的页面上",
        "see whether its screen is on and its browser on the box's page",
    ),
    Trouble(
        "EDGE-PAG-001",
        Severity.NOW,
        "屏幕的配对记录读不出来，所有屏幕都要重新配对",
        "the list of paired screens is lost; every screen shows a code and can call nobody until it is approved",
        "按原因检查存储卡，再逐个屏幕运行 anju-edge page approve",
        "check the card by the cause, then approve each screen: anju-edge page approve",
    ),
    Trouble(
        "EDGE-PAG-002",
        Severity.SOON,
        "屏幕的配对记录有问题，已配对的照常用",
        "the list of paired screens has a fault; screens that are paired go on",
        "按原因处理，多半是存储卡或文件夹写不进去",
        "go by the cause; mostly the card or the folder cannot be written",
    ),
    Trouble(
        "EDGE-PAG-003",
        Severity.SOON,
        "这个屏幕换了网络地址，确认前不能求助",
        "this screen has another network address and can call nobody until it is approved again",
        "请人读出屏幕上的 8 位数字，运行 anju-edge page approve；给它固定地址",
        "have its 8 digits read out, run anju-edge page approve; give the screen a fixed address",
    ),
    Trouble(
        "EDGE-ANN-001",
        Severity.SOON,
        "局域网里找不到网关",
        "the box is not announced on the LAN",
        "签到屏要手工填写网关地址",
        "enter the box's address at the kiosks by hand",
    ),
    Trouble(
        "EDGE-TST-001",
        Severity.NOW,
        "自检告警没有通过",
        "the test alarm did not get through",
        "马上按一次手环试试，再查警号和存储卡",
        "press a band now to see, then look at the siren and the card",
    ),
    Trouble(
        "EDGE-UPD-001",
        Severity.SOON,
        "新版本没有通过检验，已退回上一版",
        "the new version failed; the one before runs again",
        "把原因发给供应商，等修好的版本",
        "send the cause to the supplier and wait for a mended version",
    ),
    Trouble(
        "EDGE-BOX-001",
        Severity.SOON,
        "网关程序的一部分出错，已自动重新启动",
        "a part of the box failed by a fault of its own; it was started again",
        "把日志发给供应商",
        "send the log to the supplier",
    ),
    Trouble(
        "EDGE-ENR-001",
        Severity.SOON,
        "登记码有错",
        "the claim code is mistyped",
        "按提示的组重新核对，或改用二维码、文件",
        "compare the group that is named, or use the QR code or the file",
    ),
    Trouble(
        "EDGE-ENR-002",
        Severity.SOON,
        "中心不认识这个登记码",
        "the hub does not know this claim code",
        "核对登记码；仍不行请在中心重新生成",
        "compare the code; if it is right, ask the hub for a new one",
    ),
    Trouble(
        "EDGE-ENR-003",
        Severity.SOON,
        "登记码已被用过",
        "the claim code was used already",
        "看提示的时间和网关；不是你用的就在中心吊销那个网关，再生成新码",
        "look at the time and box that are named; if it was not you, revoke that box at the hub and make a new code",
    ),
    Trouble(
        "EDGE-ENR-004",
        Severity.SOON,
        "登记码已过期",
        "the claim code is over",
        "在中心为这个网关重新生成登记码",
        "make a new code for this box at the hub",
    ),
    Trouble(
        "EDGE-ENR-005",
        Severity.SOON,
        "登记码已被撤回",
        "the claim code was withdrawn",
        "用中心最新生成的那个登记码",
        "use the newest code that the hub made for this box",
    ),
    Trouble(
        "EDGE-ENR-006",
        Severity.SOON,
        "错误次数太多，已暂时锁定",
        "too many wrong codes: locked for now",
        "等提示的时间过去；登记码本身被锁定时在中心重新生成",
        "wait as long as is said; if the code itself is locked, make a new one at the hub",
    ),
    Trouble(
        "EDGE-ENR-007",
        Severity.SOON,
        "这是另一个中心的登记码",
        "this code is another hub's",
        "核对中心地址；中心重装过就用它的新登记码",
        "check the hub's address; if the hub was installed anew, use a new code of its own",
    ),
    Trouble(
        "EDGE-ENR-008",
        Severity.SOON,
        "登记码属于别的社区或网关",
        "the code is for another community or box",
        "核对 edge.toml 的 [box] id 和 community，或换用正确的登记码",
        "compare [box] id and community in edge.toml, or take the right code",
    ),
    Trouble(
        "EDGE-ENR-009",
        Severity.SOON,
        "找不到中心的域名",
        "the hub's name cannot be found",
        "检查域名拼写和网络的 DNS；也可以用 --hub 写 IP 地址",
        "check the spelling and the network's DNS, or give the IP address by --hub",
    ),
    Trouble(
        "EDGE-ENR-010",
        Severity.SOON,
        "中心的 7421 端口连不上",
        "the hub's port 7421 refuses",
        "检查中心是否运行、地址是否正确、防火墙是否放行 7420 和 7421",
        "check that the hub runs, the address is right, and the firewall lets 7420 and 7421 through",
    ),
    Trouble(
        "EDGE-ENR-011",
        Severity.SOON,
        "中心没有回应",
        "the hub does not answer",
        "检查网线、网络和防火墙",
        "check cable, network and firewall",
    ),
    Trouble(
        "EDGE-ENR-012",
        Severity.SOON,
        "网络里有别的东西在代替中心回答",
        "something on the network answers in the hub's place",
        "先在上网登录页登录，或请网络管理员放行 7420 和 7421，不要拆开 TLS",
        "log in at the network's own page first, or ask its administrator to let 7420 and 7421 through unopened",
    ),
    Trouble(
        "EDGE-ENR-013",
        Severity.SOON,
        "和中心的加密连接建立不了",
        "no encrypted connection to the hub",
        "核对中心地址是否在它的证书里，见原因",
        "see whether the hub's certificate names the address, and the cause",
    ),
    Trouble(
        "EDGE-ENR-014",
        Severity.SOON,
        "中心正忙，会自动重试",
        "the hub is busy; the box tries again by itself",
        "等几分钟",
        "wait some minutes",
    ),
    Trouble(
        "EDGE-ENR-015",
        Severity.NOW,
        "中心的时钟不对",
        "the hub's clock is wrong",
        "请值班台校准中心服务器的时间",
        "have the hub's server set its clock",
    ),
    Trouble(
        "EDGE-ENR-016",
        Severity.NOW,
        "中心的登记服务出错",
        "the hub's enrolment has a fault",
        "请值班台查看中心的日志",
        "have the operators look at the hub's log",
    ),
    Trouble(
        "EDGE-ENR-017",
        Severity.SOON,
        "中心无法识别网关的请求",
        "the hub cannot read the box's request",
        "把网关和中心更新到相近的版本，再试一次",
        "update box and hub to versions near each other, then try again",
    ),
    Trouble(
        "EDGE-ENR-018",
        Severity.NOW,
        "中心不认识这个网关的证书",
        "the hub does not know this box's certificate",
        "中心重装或恢复过就用新登记码：anju-edge claim --replace",
        "if the hub was installed or restored anew, claim again: anju-edge claim --replace",
    ),
    Trouble(
        "EDGE-ENR-019",
        Severity.NOW,
        "这个网关已用另一把钥匙重新登记过",
        "this box was claimed anew with another key",
        "停用旧的那台；要用这一台就重新登记",
        "put the old one out of use; to use this one, claim it again",
    ),
    Trouble(
        "EDGE-ENR-020",
        Severity.NOW,
        "证书已到期，正在自动更新",
        "the certificate is over; it is renewed by itself",
        "检查能否连上中心的 7421 端口",
        "check that the hub's port 7421 can be reached",
    ),
    Trouble(
        "EDGE-ENR-021",
        Severity.NOW,
        "证书到期已超过一年",
        "the certificate has been over for more than a year",
        "在中心生成新登记码，运行 anju-edge claim --replace",
        "make a new code at the hub and run anju-edge claim --replace",
    ),
    Trouble(
        "EDGE-ENR-022",
        Severity.NOW,
        "这个网关已在中心吊销",
        "this box was revoked at the hub",
        "确认网关没有被盗后，在中心新建网关并重新登记",
        "when it is sure that it was not stolen, add a new box at the hub and claim it",
    ),
    Trouble(
        "EDGE-ENR-023",
        Severity.NOW,
        "这个网关已在中心停用",
        "this box was retired at the hub",
        "拆下它，或在中心新建网关并重新登记",
        "take it down, or add a new box at the hub and claim it",
    ),
    Trouble(
        "EDGE-ENR-024",
        Severity.NOW,
        "网关的钥匙或证书文件损坏，沿用上一份",
        "the box's key or certificate file is damaged; the last good one is in use",
        "尽快换存储卡；没有可用的就重新登记：anju-edge claim --replace",
        "replace the card soon; if none is good, claim again: anju-edge claim --replace",
    ),
    Trouble(
        "EDGE-ENR-025",
        Severity.NOW,
        "有两台网关在用同一把钥匙",
        "two boxes use one key",
        "存储卡被复制过：停用复制的那台，为它单独登记",
        "a card was copied: stop the copy and claim it as a box of its own",
    ),
)
TROUBLES: Final[dict[str, Trouble]] = {trouble.code: trouble for trouble in _ALL}

# Why a hub refuses a box (uplink.proto, Refusal.Code), for people on site; the hub's own sentence stands behind it.
REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "PROTOCOL_UNKNOWN": ("版本对不上，请更新网关或中心", "versions do not match: update the box or the hub"),
    "BOX_UNKNOWN": ("中心没有登记这个网关", "the hub does not know this box"),
    "COMMUNITY_MISMATCH": ("网关和中心登记的社区不同", "box and hub name different communities"),
    "HUB_NOT_READY": ("中心还没准备好，会自动重试", "the hub is not ready yet; the box tries again by itself"),
    "BOX_RETIRED": ("这个网关已在中心停用", "this box was retired at the hub"),
    "BOX_REVOKED": ("这个网关已在中心吊销", "this box was revoked at the hub"),
    "CERTIFICATE_OTHER_BOX": (
        "证书属于另一个网关，请核对网关编号",
        "the certificate is another box's: compare the box's id",
    ),
    "CERTIFICATE_SUPERSEDED": (
        "中心已给这个网关换发新密钥，请重新接入",
        "the hub gave this box a newer key: claim it anew",
    ),
    "CERTIFICATE_ENDED": ("证书已到期，会自动续期", "the certificate has ended; it renews by itself"),
}


def trouble_of(code: str) -> Trouble | None:
    """Returns the trouble of a code, with or without a name behind it; None for one of a later version."""
    return TROUBLES.get(code.partition(":")[0])


def severity_of(codes: Iterable[str]) -> Severity:
    """Returns the worst severity of some codes; one of a later version wants somebody soon."""
    found = (trouble_of(code) for code in codes)
    return max((trouble.severity if trouble else Severity.SOON for trouble in found), default=Severity.FINE)


def refusal_words(refusal: str) -> tuple[str, str]:
    """Returns a hub's refusal (`CODE: sentence`) in both languages; the hub's own text for an unknown code."""
    return REFUSALS.get(refusal.partition(":")[0], (refusal, refusal))
