#!/usr/bin/env bash
# rdm6300 0.1.1: no card of an ID-12LA or ID-20LA module is ever read, nor one whose checksum is sent as one byte.
#
#   02 "67003B51C6CB" 03        (RDM6300)                    ->  card 3887558
#   02 "67003B51C6CB" 0D 0A 03  (ID-12LA, ID-20LA)           ->  nothing: CR is "trash", the digits before it are dropped
#   02 "67003B51C6" CB 03       (sum as a byte: esphome/issues 3610)  ->  nothing
#
# The data sheet of the ID-20LA has CR LF before the ETX in every frame. The card is there, the reader beeps, and the
# program hears nothing but a warning in its log. ESPHome had the same (esphome issue 13753, mended by its PR 13779).
#
# So: skip CR and LF behind the twelve digits, and take ten digits and the byte that is their XOR as a card too.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps rdm6300==0.1.1 pyserial==3.5

"$work/env/bin/python" - <<'PY'
import logging
import os
import sys
import time
import tty

from rdm6300 import BaseReader

logging.disable()


class Reader(BaseReader):
    def __init__(self, port):
        super().__init__(port)
        self.seen, self.end = [], time.monotonic() + 1

    def card_inserted(self, card):
        self.seen.append(card.value)

    def card_removed(self, card):
        pass

    def invalid_card(self, card):
        self.seen.append(-1)

    def tick(self):
        if time.monotonic() > self.end:
            self.stop()


for name, frame, known in (
    ("RDM6300", b"\x0267003B51C6CB\x03", [3887558]),  # right
    ("ID-20LA", b"\x0267003B51C6CB\r\n\x03", []),
    ("sum as a byte", b"\x0267003B51C6\xcb\x03", []),
):
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    reader = Reader(os.ttyname(theirs))
    os.write(ours, frame)
    reader.start()
    print(f"{name}: {reader.seen or 'nothing'}")
    if reader.seen != known:
        sys.exit(f"rdm6300 reads {name} otherwise now: {reader.seen} instead of {known}")
PY
