"""What the box decides by itself: pure functions from (state, event, now) to (state, actions).

`settings.py` reads the roster's thresholds and ladders (`anju_protos/ladder`), `decide.py` turns presses into alarms
and rings.
"""
