// Made by `./dev contracts` from the box's table of troubles. Never edited.

export interface Trouble {
  readonly severity: number;
  readonly zh: string;
  readonly en: string;
  readonly next_zh: string;
  readonly next_en: string;
}

export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "EDGE-JNL-001": {
    severity: 2,
    zh: "网关无法记录，告警照常响",
    en: "the box cannot record; alarms still ring",
    next_zh: "检查存储卡和剩余空间，必要时换卡",
    next_en: "check the card and its free space, replace the card if need be",
  },
  "EDGE-JNL-002": {
    severity: 1,
    zh: "记录曾损坏，能读的已救回",
    en: "records were damaged; what could be read is saved",
    next_zh: "尽快换存储卡",
    next_en: "replace the card soon",
  },
  "EDGE-CLK-001": {
    severity: 1,
    zh: "走时未校准，网关不知道日期",
    en: "the clock is not set; the box does not know the date",
    next_zh: "连上中心或校时服务器，之前的时间会自动改正",
    next_en: "connect the hub or a time server; earlier times are corrected then",
  },
  "EDGE-UPL-001": {
    severity: 2,
    zh: "中心不接受这个网关，告警到不了值班台",
    en: "the hub refuses this box; its alarms do not reach the operators",
    next_zh: "按中心说的原因处理，核对网关编号、社区和版本",
    next_en: "go by the reason that the hub gives; compare the box's id, community and version",
  },
  "EDGE-UPL-002": {
    severity: 1,
    zh: "连不上中心，本地照常，值班台看不到",
    en: "the hub cannot be reached; all works on site, operators see nothing of it",
    next_zh: "检查网络、中心地址和中心是否开着",
    next_en: "check the network, the hub's address and whether the hub runs",
  },
  "EDGE-RST-001": {
    severity: 1,
    zh: "社区资料有错，沿用上一份",
    en: "the community's data is wrong; the last good one stays in use",
    next_zh: "按提示的行改正文件，再用 check-config 检查",
    next_en: "correct the line that is named, then run check-config",
  },
  "EDGE-DRV-001": {
    severity: 2,
    zh: "读不到这个设备",
    en: "this device cannot be read",
    next_zh: "按原因处理，多半是没有通电、没有插好或地址不对",
    next_en: "go by the cause; mostly it has no power, is not plugged in, or the address is wrong",
  },
  "EDGE-DRV-002": {
    severity: 1,
    zh: "驱动程序出错，已重新启动",
    en: "a fault in the program of this device; it was started again",
    next_zh: "把日志发给供应商",
    next_en: "send the log to the supplier",
  },
  "EDGE-DRV-003": {
    severity: 2,
    zh: "设备不让登录或拒绝服务",
    en: "the device answers and refuses us",
    next_zh: "核对用户名、密码和设备上的权限，电源和接线没有问题",
    next_en: "compare user, password and rights on the device; its power and cable are fine",
  },
  "EDGE-DEV-001": {
    severity: 1,
    zh: "设备长时间没有信号",
    en: "a device has not been heard for long",
    next_zh: "检查它的电源、电池和位置",
    next_en: "check its power, its battery and where it is",
  },
  "EDGE-DEV-002": {
    severity: 2,
    zh: "连不上这个接收器、读卡器或摄像机",
    en: "this receiver, reader or camera cannot be reached",
    next_zh: "按原因处理：端口不在就查接线和供电，拒绝登录就查密码",
    next_en: "go by the cause: no such port means cable or power, a refused login means the password",
  },
  "EDGE-DEV-003": {
    severity: 1,
    zh: "设备发来了无法识别的代码",
    en: "a device sent a code that no table knows",
    next_zh: "先去看一次佩戴的人，再把代码发给供应商，见 docs/devices.md",
    next_en: "look after the person once, then send the code to the supplier; see docs/devices.md",
  },
  "EDGE-SOS-001": {
    severity: 2,
    zh: "这个接收器没有配置 SOS 标识，有的手环按了没有反应",
    en: "no SOS identities at this receiver; presses of some bands do nothing",
    next_zh: "填写 sos 或 models，没有这种手环时写 sos = []",
    next_en: "fill in sos or models of the driver; without such bands write sos = []",
  },
  "EDGE-SOS-002": {
    severity: 2,
    zh: "手环像是按过，但没有规则认识它",
    en: "a band sent what looks like a press, and no rule knows it",
    next_zh: "按一次试试，并把它的 SOS 标识写进接收器的配置",
    next_en: "press it to try, then write its SOS identity into the receiver's configuration",
  },
  "EDGE-ALR-001": {
    severity: 2,
    zh: "这条告警渠道不通",
    en: "this alert channel does not work",
    next_zh: "检查警号的接线，或对方地址和网络",
    next_en: "check the siren's cable, or the other side's address and the network",
  },
  "EDGE-LSN-001": {
    severity: 2,
    zh: "网关的页面打不开",
    en: "pages of the box cannot be served at their address",
    next_zh: "核对网关的地址和网络，端口是否被别的程序占用，会自动重试",
    next_en: "check that the box has this address and nothing else its port; it is tried again by itself",
  },
  "EDGE-KSK-001": {
    severity: 1,
    zh: "签到屏没有回应",
    en: "a kiosk does not answer",
    next_zh: "看屏幕是否开着、浏览器是否在网关的页面上",
    next_en: "see whether its screen is on and its browser on the box's page",
  },
  "EDGE-ANN-001": {
    severity: 1,
    zh: "局域网里找不到网关",
    en: "the box is not announced on the LAN",
    next_zh: "签到屏要手工填写网关地址",
    next_en: "enter the box's address at the kiosks by hand",
  },
  "EDGE-TST-001": {
    severity: 2,
    zh: "自检告警没有通过",
    en: "the test alarm did not get through",
    next_zh: "马上按一次手环试试，再查警号和存储卡",
    next_en: "press a band now to see, then look at the siren and the card",
  },
  "EDGE-BOX-001": {
    severity: 1,
    zh: "网关程序的一部分出错，已自动重新启动",
    en: "a part of the box failed by a fault of its own; it was started again",
    next_zh: "把日志发给供应商",
    next_en: "send the log to the supplier",
  },
};
