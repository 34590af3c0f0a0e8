"""What the broker's users may say and hear: a file beside its passwords, for the broker alone,
since Mosquitto 2.1 warns of one that others own or read, and will refuse it."""

from __future__ import annotations

from pathlib import Path

from hub.boxes import BOXES
from hub.setup.secrets import keep, read

FILE = "broker/acl"
_NO_BOX = "\n".join(f"topic deny stillpoint/1/+/+/{box}/#" for box in BOXES)
RIGHTS = f"""\
# Made by `stillpoint setup`. The hub hears what kits say and answers them.
user hub
topic read stillpoint/1/+/+/+/data
topic read stillpoint/1/+/+/+/about
topic write stillpoint/1/+/+/+/ack

# With the kits' password nobody passes for a button box: `box`, or `box-1` to `box-99`.
user kit
{_NO_BOX}

# A kit or a box (its client id is its name) speaks for itself alone and hears its own answers.
pattern write stillpoint/1/+/+/%c/data
pattern write stillpoint/1/+/+/%c/about
pattern read stillpoint/1/+/+/%c/ack
"""


def keep_rights(folder: Path) -> list[str]:
    """Write them where they are not as they should be; what was written. They are no secret: an
    upgrade may change them."""
    if read(folder, FILE) == RIGHTS.strip():
        return []
    keep(folder, FILE, RIGHTS)
    return [FILE]
