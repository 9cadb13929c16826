#!/usr/bin/env bash
# aiosmtpd 1.4.6: a client that sends its whole mail and then closes its sending side loses the mail, where the handler
# waits for anything (a file, a database, 0.1 s here).
#
#   EHLO .. DATA .. "." QUIT, then wait for the answers                 the mail is taken, "250 OK" comes
#   the same bytes, then shutdown(SHUT_WR), then read the answers       the handler is cancelled, no answer comes
#
# SMTP.eof_received cancels the task that handles the commands, in the middle of handle_DATA even. Small devices (cameras
# that mail a picture) write everything at once and close behind it: PIPELINING (RFC 2920), which a client may use only
# where it is offered, but which they use anyway.
#
# So: let eof_received be asyncio's own (StreamReaderProtocol), and end the connection when the commands are through.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: aiosmtpd==1.4.6

"$work/env/bin/python" - <<'PY'
import asyncio
import socket
import sys

from aiosmtpd.smtp import SMTP

MAIL = (
    b"EHLO camera\r\nMAIL FROM:<camera@gate.example>\r\nRCPT TO:<shed@gateway.example>\r\nDATA\r\n"
    b"Subject: motion\r\n\r\nzone 1\r\n.\r\nQUIT\r\n"
)


class Inbox:
    def __init__(self):
        self.mails = 0

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(0.1)
        self.mails += 1
        return "250 OK"


async def sent(half_close):
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, hostname="gateway.example"), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    def client():
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(MAIL)
            if half_close:
                line.shutdown(socket.SHUT_WR)
            answers = b""
            while data := line.recv(4096):
                answers += data
            return answers

    answers = await asyncio.to_thread(client)
    server.close()
    return inbox.mails, b"250 OK\r\n221" in answers


for half_close, known in ((False, (1, True)), (True, (0, False))):
    seen = asyncio.run(sent(half_close))
    print(f"half-closed {half_close}: mails {seen[0]}, answered {seen[1]}")
    if seen != known:
        sys.exit(f"aiosmtpd does otherwise now: {seen} instead of {known}")
PY
