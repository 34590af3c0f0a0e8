"""Secrets as files: made once, at random, readable by the one service that needs each. Who wants
another deletes its file and has it made again.

    broker/passwords      Mosquitto's password file (hashes); acl, no secret, is beside it
    hub/broker_password   the hub's own      hub/kits_password   what is flashed into kits
                          hub/box_password    what is flashed into button boxes
    influxdb/admin_password, admin_token     hub/influx_token    writes (made by set-up)
    grafana/admin_password, influx_token     reads the bucket with seats (made by set-up)
    grafana-team/admin_password, influx_token       reads the group-safe bucket alone
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

# Folder -> the user id that its service runs as in the compose file; elsewhere it is our own. No
# two are alike: all see the same volume, and each must read its own folder alone.
OWNERS = {"broker": 1883, "hub": 10001, "influxdb": 1000, "grafana": 472, "grafana-team": 10472}
RANDOM = ("hub/broker_password", "hub/kits_password", "hub/box_password",
          "influxdb/admin_password", "influxdb/admin_token", "grafana/admin_password",
          "grafana-team/admin_password")
PASSWORDS = "broker/passwords"
USERS = {"hub": "hub/broker_password", "kit": "hub/kits_password",
         "box": "hub/box_password"}
ROUNDS = 101  # Mosquitto's own number for its PBKDF2 hashes ($7$)


def make(folder: Path) -> list[str]:
    """Make what is missing, change no secret that is there; returns the names of what was made. The
    broker's file follows the passwords."""
    for name in OWNERS:
        _own(_folder(folder / name), name)
    made = [name for name in RANDOM if _once(folder, name, secrets.token_urlsafe(24))]
    return made + [PASSWORDS] * _follow(folder)


def _follow(folder: Path) -> bool:
    """The broker's users as their passwords are now; True where they were others, or none."""
    lines = [line.partition(":") for line in read(folder, PASSWORDS).splitlines()]
    known = {user: kept for user, _, kept in lines}
    words = {user: read(folder, name) for user, name in USERS.items()}
    new = {user: hashed(word) for user, word in words.items() if not fits(word, known.get(user))}
    if new:
        said = "".join(f"{user}:{kept}\n" for user, kept in (known | new).items())
        keep(folder, PASSWORDS, said)
    return bool(new)


def read(folder: Path, name: str) -> str:
    """One secret, "" if it is not there."""
    try:
        return (folder / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def keep(folder: Path, name: str, value: str) -> None:
    """Write a secret, 0600, whole or not at all."""
    path = folder / name
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    _own(part, name.partition("/")[0])
    part.replace(path)


def fits(password: str, kept: str | None) -> bool:
    """True if this is what Mosquitto keeps of it."""
    try:
        salt = base64.b64decode((kept or "").split("$")[3])
    except (IndexError, ValueError):
        return False
    return hashed(password, salt) == kept


def hashed(password: str, salt: bytes = b"") -> str:
    """As Mosquitto 1.6 and later keep it: $7$rounds$salt$PBKDF2-SHA512."""
    salt = salt or secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${_b64(salt)}${_b64(digest)}"


def _once(folder: Path, name: str, value: str) -> bool:
    if read(folder, name):
        return False
    keep(folder, name, value)
    return True


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _own(path: Path, folder: str) -> None:
    """Only root can give files away, and only in a container are those its users."""
    if os.geteuid() == 0 and os.environ.get("STILLPOINT_CONTAINER"):
        os.chown(path, OWNERS[folder], OWNERS[folder])


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
