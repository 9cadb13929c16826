#!/usr/bin/env bash
# zeroconf 0.154.0: keys of a TXT record are taken with their case.
#
#   TXT "Path=/hub" "TLS"             -> {b'Path': b'/hub', b'TLS': None}; a look-up of b'path' finds nothing
#   TXT "Path=/hub" "path=/other"     -> both are kept
#   TXT "path=/hub" "path=/other"     -> the first is kept (right)
#
# RFC 6763, 6.4: case is ignored when a key is interpreted, and of a key that comes more than once all but the first
# occurrence are silently ignored by the receiver. A device whose maker writes "Path" is found in the LAN and still
# cannot be used by a program that asks for "path".
#
# So: fold the keys to lower case oneself, the first one wins.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps zeroconf==0.154.0 ifaddr==0.2.0

"$work/env/bin/python" - <<'PY'
import sys

from zeroconf import ServiceInfo


def properties(*strings):
    txt = b"".join(bytes([len(string)]) + string for string in strings)
    return ServiceInfo("_http._tcp.local.", "hub._http._tcp.local.", properties=txt).properties


for strings, known in (
    ((b"Path=/hub", b"TLS"), {b"Path": b"/hub", b"TLS": None}),
    ((b"Path=/hub", b"path=/other"), {b"Path": b"/hub", b"path": b"/other"}),
    ((b"path=/hub", b"path=/other"), {b"path": b"/hub"}),
):
    seen = properties(*strings)
    print(strings, "->", seen)
    if seen != known:
        sys.exit(f"zeroconf reads these keys otherwise now: {seen} instead of {known}")
if properties(b"Path=/hub").get(b"path") is not None:
    sys.exit("zeroconf finds a key whatever its case now")
PY
