"""What the box decides by itself: pure functions from (state, event, now) to (state, actions).

`settings.py` reads the roster's thresholds, `decide.py` turns presses into alarms and rings, `escalation.py` says which
channels sound how long after an alarm.
"""
