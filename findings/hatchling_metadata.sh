#!/usr/bin/env bash
# hatchling 1.33.0: the hook prepare_metadata_for_build_wheel leaves out the entry points.
#
# Seen, for a project with one script and one entry point of a group of its own:
#   prepared: METADATA
#   wheel:    METADATA RECORD WHEEL entry_points.txt licenses/LICENSE
#   entry points read from the prepared folder: 0, from the wheel: 2
#
# PEP 517, "prepare_metadata_for_build_wheel": the hook makes a valid .dist-info folder in which only RECORD (and
# signatures of it) may be missing; "build_wheel": given that folder, the wheel must have identical metadata. A comment
# in hatchling's source says that this promise is not kept on purpose.
#
# So: whoever lists a package's plug-ins or commands before it is built (a test that compares entry points with
# modules, a packager) sees none and no error. Build the wheel and read that.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: --no-deps \
  hatchling==1.33.0 packaging==26.4 pathspec==1.1.1 pluggy==1.7.0 tomlkit==0.15.2 trove-classifiers==2026.9.21.13 \
  pyproject-hooks==1.3.3

mkdir -p "$work/project/lamp" "$work/prepared" "$work/wheel"
cd "$work/project"
cat > pyproject.toml <<'TOML'
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "lamp"
version = "1"
license = "MIT"
license-files = ["LICENSE"]
scripts = { lamp = "lamp:on" }

[project.entry-points."house.drivers"]
lamp = "lamp:on"
TOML
echo "Do as you like." > LICENSE
echo "def on(): ..." > lamp/__init__.py

"$work/env/bin/python" - ../prepared ../wheel <<'PY'
import importlib.metadata
import pathlib
import sys
import zipfile

from pyproject_hooks import BuildBackendHookCaller

prepared, wheels = map(pathlib.Path, sys.argv[1:])
hooks = BuildBackendHookCaller(".", "hatchling.build")
folder = prepared / hooks.prepare_metadata_for_build_wheel(str(prepared))
wheel = zipfile.ZipFile(wheels / hooks.build_wheel(str(wheels), metadata_directory=str(folder)))


def files(root):
    return sorted(name.removeprefix(root) for name in wheel.namelist() if name.startswith(root))


in_folder = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
in_wheel = files(folder.name + "/")
from_folder = len(importlib.metadata.PathDistribution(folder).entry_points)
from_wheel = len(importlib.metadata.PathDistribution(zipfile.Path(wheel, folder.name + "/")).entry_points)
print("prepared:", *in_folder)
print("wheel:   ", *in_wheel)
print(f"entry points read from the prepared folder: {from_folder}, from the wheel: {from_wheel}")
if in_folder != ["METADATA"] or from_folder != 0:
    sys.exit("hatchling prepares more than METADATA now")
if from_wheel != 2 or "WHEEL" not in in_wheel:
    sys.exit("hatchling's wheel does not carry the two entry points any more")
PY
