"""What root's commands leave in the data folder belongs to whom that folder belongs to: the hub itself is not root.

systemd gives a whole StateDirectory to the service only while its top belongs to somebody else: what comes later would
stay root's, and be unreadable for the hub.
"""

from __future__ import annotations

import atexit
import os
import stat
from pathlib import Path

ROOT_UID = 0


def give_at_end(data: Path) -> None:
    """Gives what root made there to the folder's owner when this command ends, however it ends."""
    if os.geteuid() == ROOT_UID:
        atexit.register(give_to_owner, data)


def give_to_owner(data: Path) -> None:
    """Follows no link in it, and leaves alone what has another name elsewhere: the folder is not root's.

    `data` itself may be one: systemd's /var/lib/NAME of a service without a fixed user.
    """
    try:
        owner = data.stat()
    except OSError:
        return  # nothing was made
    if owner.st_uid == ROOT_UID:
        return
    for _, folders, files, handle in os.fwalk(data.resolve(), follow_symlinks=False):
        for name in (*folders, *files):
            try:
                about = os.stat(name, dir_fd=handle, follow_symlinks=False)
                is_sole = stat.S_ISDIR(about.st_mode) or about.st_nlink == 1
                if about.st_uid == ROOT_UID and is_sole:
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=handle, follow_symlinks=False)
            except OSError:
                continue  # gone meanwhile
