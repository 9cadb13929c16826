"""Regenerates `anju_protos/v1/*_pb2*.py(i)` from the `.proto` files. CI runs it and wants no diff.

    python protos/generate.py

Writes messages with type stubs (mypy-protobuf) and the gRPC service code, also typed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Returns protoc's exit code."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "anju_protos" / "v1").glob("*.proto"))
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    return int(
        protoc.main(
            [
                "protoc",
                f"-I{ROOT}",
                f"-I{well_known}",
                f"--python_out={ROOT}",
                f"--grpc_python_out={ROOT}",
                f"--mypy_out={ROOT}",
                f"--mypy_grpc_out={ROOT}",
                *sources,
            ]
        )
    )


if __name__ == "__main__":
    sys.exit(main())
