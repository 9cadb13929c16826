#!/usr/bin/env bash
# smspdudecoder 2.2.0 (with bitstring 4.4.0): two fields of a received SMS that are read wrongly.
#
# 1. Data coding 0xE0, a note of waiting voice mail whose text is UCS2, is unpacked as 7-bit letters:
#      DCS E0, 6211 5230  ->  'b"H$'   instead of 我到; under DCS 08 and E8 the same bytes give 我到
#    3GPP TS 23.038, 4: in the group 1110 the text is UCS2 whatever the low bits say (they name the kind of message
#    and whether its mark is to be set). Only bits 2 and 3 are looked at.
# 2. The digits * and # of a sender's number become the letters A and B:
#      semi-octets 1 10 0 11 2  ->  '1A0B2'   instead of 1*0#2
#    3GPP TS 23.040, 9.1.2.3: 1010 is *, 1011 is #, 1100 to 1110 are a, b, c. Whoever compares it with the number as
#    dialled, or calls back, has another one.
#
# So: look at the group (high four bits) of the data coding, translate A-E of numeric senders.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps \
  smspdudecoder==2.2.0 bitstring==4.4.0 bitarray==3.12.3 tibs==0.5.7 pytz==2026.6

"$work/env/bin/python" - <<'PY'
import sys

from smspdudecoder.easy import read_incoming_sms


def swapped(digits):
    """Semi-octets: two digits an octet, the first one low; an odd number of them is filled with F."""
    digits += "F" * (len(digits) % 2)
    return "".join(digits[i + 1] + digits[i] for i in range(0, len(digits), 2))


def received(text, coding, sender="8613800138000", kind="91"):
    """An SMS-DELIVER whose text comes as UCS2, without the service centre's number, 2026-11-05 10:20:40 +08:00."""
    data = text.encode("utf-16-be")
    pdu = f"0004{len(sender):02X}{kind}{swapped(sender)}00{coding}62115001020423{len(data):02X}{data.hex().upper()}"
    return read_incoming_sms(pdu)


for coding, known in (("08", "我到"), ("E8", "我到"), ("E0", 'b"H$')):
    seen = received("我到", coding)["content"]
    print(f"data coding {coding}: {seen!r}")
    if seen != known:
        sys.exit(f"smspdudecoder reads data coding {coding} otherwise now: {seen!r} instead of {known!r}")
for sender, known in (("10086", "10086"), ("1A0B2", "1A0B2")):
    seen = received("到", "08", sender, "81")["sender"]
    print(f"semi-octets {sender}: sender {seen!r}")
    if seen != known:
        sys.exit(f"smspdudecoder writes the sender {sender} otherwise now: {seen!r}")
PY
