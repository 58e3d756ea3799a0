"""The JSON files of an agent's zip, read in memory: nothing is unpacked to disk."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TypeVar

import msgspec

from faq.importers.json_file import Unreadable

# An agent has at most 2,000 intents; its export is a few megabytes.
LARGEST_ARCHIVE = 20 * 1024**2
LARGEST_FILE = 8 * 1024**2
LARGEST_CONTENT = 200 * 1024**2
MOST_FILES = 50_000
AGENT = "agent.json"

Record = TypeVar("Record")


class Archive:
    """An open export. Names are those inside the folder in which agent.json lies.

    Raises Unreadable, here and at every read, in one line.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._left = LARGEST_CONTENT
        self._zip = self._opened()
        self.names = self._checked_names()
        self._root = self._found_root()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def json_files(self, folder: str) -> list[str]:
        """Return the names of the JSON files right in `folder`, in order."""
        return sorted(
            name
            for name in (
                name.removeprefix(self._root) for name in self.names if name.startswith(self._root)
            )
            if name.endswith(".json") and str(PurePosixPath(name).parent) == folder
        )

    def read(self, name: str, kind: type[Record]) -> Record:
        """Return the file as a `kind` of record. What the record does not name is ignored."""
        try:
            return msgspec.json.decode(self._bytes(name), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self.unreadable(f"{name}: {error}") from error

    def unreadable(self, why: str) -> Unreadable:
        """Return the error that says `why` of this archive."""
        return Unreadable(f"{self.path}: {why}")

    def _opened(self) -> zipfile.ZipFile:
        try:
            if (size := self.path.stat().st_size) > LARGEST_ARCHIVE:
                raise self.unreadable(f"{size:,} bytes are too large for an agent's export.")
            return zipfile.ZipFile(self.path)
        except OSError as error:
            raise self.unreadable(str(error.strerror)) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            if isinstance(error, Unreadable):
                raise
            raise self.unreadable("not a zip archive, or a damaged one.") from error

    def _checked_names(self) -> list[str]:
        files = [member for member in self._zip.infolist() if not member.is_dir()]
        if len(files) > MOST_FILES:
            raise self.unreadable(f"{len(files):,} files are too many for an agent's export.")
        names = [member.filename for member in files]
        if len(set(names)) < len(names):
            raise self.unreadable("it holds two files of one name.")
        for name in names:
            if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
                raise self.unreadable(f"{name!r} points outside of the archive.")
        return [name for name in names if not name.startswith("__MACOSX/")]

    def _found_root(self) -> str:
        """The folder of agent.json, with its slash: people zip the files or their folder."""
        found = [name for name in self.names if PurePosixPath(name).name == AGENT]
        if not found:
            raise self.unreadable("no agent.json in it: not the export of a Dialogflow ES agent.")
        return min(found, key=lambda name: (name.count("/"), name)).removesuffix(AGENT)

    def _bytes(self, name: str) -> bytes:
        try:
            with self._zip.open(self._root + name) as file:
                # What the archive says of a size may be a lie: count what comes out.
                content = file.read(LARGEST_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise self.unreadable(f"{name} is damaged.") from error
        except (RuntimeError, NotImplementedError) as error:
            raise self.unreadable(f"{name} is encrypted, or packed in an unknown way.") from error
        self._left -= len(content)
        if len(content) > LARGEST_FILE or self._left < 0:
            raise self.unreadable(f"{name} is too large for an agent's export.")
        return content
