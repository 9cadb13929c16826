"""What an uplink's payload says, by the device's model."""

from __future__ import annotations

import itertools

from anju_drivers.lorawan import buttons, milesight, trackers
from anju_drivers.lorawan.milesight import Values
from anju_drivers.lorawan.payload_fields import ShortPayload, unknown

_OTHER_MAKERS = {**trackers.MODELS, **buttons.MODELS}
MODELS = (*milesight.MODELS, *_OTHER_MAKERS)
# Words that profiles and servers' catalogues have for models of ours.
_ALIASES = {
    "sensecapt1000": "t1000",
    "multipurpose-button": "mclimate-button",
    "oxobutton2": "oxobutton",
    "buttonboard": "oxobutton",
    "lt-501": "lt501",
    "lt-501h": "lt501",
}


def decode(payload: bytes, port: int, model: str) -> Values:
    """Never raises, whatever the bytes. What no table knows is in `unknown`, a list of texts."""
    if model in _OTHER_MAKERS:
        try:
            return _OTHER_MAKERS[model](payload, port)
        except ShortPayload:
            return unknown(f"short message on port {port}")
    values = milesight.decode(payload, model)
    if not model and port != milesight.PORT and values.keys() == {"unknown"}:  # it speaks otherwise
        return unknown(f"payload on port {port} and no model set")
    return values


def model_in(text: str) -> str:
    """The model that a device profile's name or a tag speaks of, empty when none."""
    words = text.lower().replace("-", " ").replace("_", " ").split()
    pairs = [f"{first}-{second}" for first, second in itertools.pairwise(words)]
    found = (_ALIASES.get(word, word) for word in (*pairs, *words) if word != "other")
    return next((word for word in found if word in MODELS), "")
