"""`anju-central check-config`: what a configuration amounts to; starts nothing and writes nothing."""

from __future__ import annotations

from anju_central.cli.console import certificate_lines
from anju_central.cli.terminal import ConfigOption, read_config, say, stop


def check_config(config: ConfigOption) -> None:
    """检查配置 · Checks the configuration and the certificates that it needs; starts nothing."""
    from anju_central.access.grpc_tls import certificates_fault, has_certificates  # loads gRPC

    settings = read_config(config)
    console, trouble = certificate_lines(settings)
    say(
        f"数据目录 data: {settings.data_dir}",
        *console,
        *(f"网关 box: {box.box}，社区 community: {box.community}" for box in settings.boxes),
        *(f"注意 note: 这个配置项已不再使用，请删除 · {note}" for note in settings.notes),
    )
    fault = certificates_fault(settings) or trouble
    if fault:
        raise stop(fault, 1)
    line = "凭证书 by certificate" if has_certificates(settings) else "不加密，仅限本机 plain, this machine alone"
    say(f"网关连接 boxes: {settings.grpc_address}，{line}", "正确 OK")
