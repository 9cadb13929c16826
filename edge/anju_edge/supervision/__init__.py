"""Watches: drivers that fail, devices that fall silent, the way of an alarm, the loop itself."""
