"""Frames and documents cut out of streams that may hold anything."""
