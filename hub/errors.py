"""The hub's refusals: what happened, what was kept, what to do next."""

from __future__ import annotations

from pathlib import Path


class HubError(Exception):
    """Something the hub will not or cannot do. The three texts are whole sentences. `code`: what
    pages know it by, to say it in their language; "" where no page leads to it."""

    def __init__(self, what: str, kept: str, do: str, code: str = "") -> None:
        super().__init__(what, kept, do)
        self.what = what
        self.kept = kept
        self.do = do
        self.code = code

    def __str__(self) -> str:
        return f"{self.what} {self.kept} {self.do}"


class Refused(HubError):
    """The hub will not do what was asked."""


class SettingsError(HubError):
    """A setting cannot be used."""


class DataFolderInUse(HubError):
    """Another hub works on the same data folder."""


class JournalError(HubError):
    """A journal could not be written; nothing of the attempt is in it."""


class JournalFull(JournalError):
    """The disk has no room for the journal."""


def in_words(error: OSError) -> str:
    """What the system says of a file, as a person reads it; ours as it is."""
    if error.strerror is None:
        return str(error)
    path = Path(str(error.filename or "a file"))
    if isinstance(error, FileExistsError | NotADirectoryError):
        in_the_way = next((one for one in (path, *path.parents) if one.is_file()), path)
        return f"{in_the_way} is a file, not a folder"
    return f"{path}: {error.strerror}"
