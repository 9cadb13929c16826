"""Readings in, facts out: presses told apart, presence derived, devices remembered."""
