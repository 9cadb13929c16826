"""Versions of the box that this hub holds, and which box is to run which."""
