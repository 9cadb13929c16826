"""Rules: their kinds, parameters with ranges, and decisions, for the box that acts on them and the hub that sets them.

Everything here is pure: `(rule, state, event, now) -> (state, actions)`. `kinds.py` is the one table of kinds.
"""
