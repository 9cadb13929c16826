"""The OpenAPI document of the hub's HTTP API: as FastAPI makes it, without a hub. `./dev contracts` writes the types.

python central/hub_openapi.py > hub.json
"""

from __future__ import annotations

import json
import sys
from typing import Any  # a JSON document
from unittest.mock import MagicMock

from anju_central.api.app import make_app


def document() -> dict[str, Any]:
    """Returns the document. Nothing is asked of the parts behind the API while it is made."""
    nobody = MagicMock()
    return make_app(nobody, nobody, nobody, "0", None, nobody, nobody, nobody).openapi()


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False)
