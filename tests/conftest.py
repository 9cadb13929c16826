"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# No test asserts a time: machines are shared, and a slow example says nothing about what it checks.
settings.register_profile("anju", deadline=None)
settings.load_profile("anju")
