"""Simulated communities for demo and training: the real box and hub, the real drivers and links, pretended people.

`communities.py` says what three communities have, `demo_hub.py` has the hub make their people, `devices.py` plugs their
devices in, `line.py` is the uplink that can be cut, `box_process.py` is one box whose clock can be set wrong, `demo.py`
starts it all and `controls.py` serves the page with the buttons.
"""
