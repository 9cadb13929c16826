"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

from anju_base.open_files import raise_open_files

# No test asserts a time: machines are shared, and a slow example says nothing about what it checks.
settings.register_profile("anju", deadline=None)
settings.load_profile("anju")

raise_open_files()  # as box and hub do: both ends of hundreds of connections are in one process here
