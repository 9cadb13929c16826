"""Finding devices: what answers on the LAN and at the serial ports, and what a person may make of it.

`answers.py` understands datagrams, `lan.py` sends probes and collects them, `mdns.py` browses, `ports.py` lists serial
adapters and `probe.py` asks who is behind them; `proposals.py` merges all to one line per device; `adopt.py` writes
what a person accepted. No probe changes a device, and nothing is connected to that nobody adopted.
"""
