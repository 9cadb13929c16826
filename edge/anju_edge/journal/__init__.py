"""The journal: every fact of this box, numbered and on disk before it is confirmed."""
