"""What the box reads of rules: `settings.py` reads the roster's thresholds and ladders.

What they decide is in `anju_protos/rules` and `anju_protos/ladder`.
"""
