"""Device drivers: bytes of wristband receivers, card readers and cameras in, readings out.

Start at `driver.py` (what a driver is); each folder beside it is one driver: `frames.py` understands bytes and does no
I/O, `driver.py` owns the link, `simulator.py` speaks the same bytes from the device's side.
"""
