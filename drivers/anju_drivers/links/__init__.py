"""The ways to a device: serial, TCP, HTTP on the LAN; who is let in, when to try again."""
