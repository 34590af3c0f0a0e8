"""The protocols that a session can be opened with: those that come with the hub, and those that
lie in `protocols/` of its data folder. A file with a mistake is named, and hides no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.course.fields import TEXT_MAX, FieldError, short
from hub.course.protocol import Protocol, ProtocolError, load
from hub.errors import Refused

FOLDER = "protocols"
ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Library:
    """`protocols` and their `texts` (TOML), both by id; `wrong`: by file, what is wrong with it."""

    protocols: dict[str, Protocol] = field(default_factory=dict[str, Protocol])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    wrong: dict[str, str] = field(default_factory=dict[str, str])

    def named(self, id: str) -> Protocol:
        """The protocol of this id. Refused, with what is wrong with its file, where there is
        none."""
        if id in self.protocols:
            return self.protocols[id]
        broken = [said for file, said in self.wrong.items() if Path(file).stem == id]
        what = f"The protocol {id[:24]} cannot be used: {broken[0]}" if broken else (
            f"There is no protocol {short(id)}.")
        usable = ", ".join(sorted(self.protocols)) or "none can be used"
        raise Refused(what, "Nothing was started.", f"There are: {usable}.")


def shipped_names() -> list[str]:
    """What the files that come with the hub are called; none of them is read."""
    return [file.name.removesuffix(ENDING) for file in _shipped()]


def library(data_dir: Path | None = None) -> Library:
    """Every protocol there is now; with those of a data folder, if one is named."""
    found = Library()
    files: dict[str, Traversable] = {f"hub/{FOLDER}/{file.name}": file for file in _shipped()}
    try:
        files |= {str(file): file for file in _own(data_dir)}
    except OSError as error:
        found.wrong[str(error.filename)] = f"{error.filename}: {error.strerror}."
    for name, file in files.items():
        try:
            _add(found, file, name)
        except ProtocolError as error:
            found.wrong[name] = str(error)
    return found


def _own(data_dir: Path | None) -> list[Path]:
    folder = data_dir / FOLDER if data_dir else None
    if folder is None or not folder.exists():
        return []
    return sorted(file for file in folder.iterdir() if file.name.endswith(ENDING))


def _shipped() -> list[Traversable]:
    folder = resources.files("hub") / FOLDER
    files = (file for file in folder.iterdir() if file.name.endswith(ENDING))
    return sorted(files, key=lambda file: file.name.removesuffix(ENDING))


def _add(found: Library, file: Traversable, name: str) -> None:
    text = _text(file, name)
    protocol = load(text, name)
    if protocol.id in found.protocols:
        raise ProtocolError(name, FieldError(
            "id", short(protocol.id), "an id that no other protocol has", "Give it another id."))
    found.protocols[protocol.id], found.texts[protocol.id] = protocol, text


def _text(file: Traversable, name: str) -> str:
    try:
        if not file.is_file():
            raise OSError("it is no file")
        with file.open("r", encoding="utf-8-sig") as opened:
            return opened.read(TEXT_MAX + 1)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ProtocolError(name, FieldError(
            "the file", short(why), "a text in UTF-8 that the hub may read", "Correct the file.",
        )) from None
