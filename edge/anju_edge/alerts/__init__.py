"""The local channels that call for help: siren, LAN endpoints; the kiosk's banner follows the open incidents.

Each channel fails alone and shows its state. The hub is reached by the journal and is no channel here.
"""
