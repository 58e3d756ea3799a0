from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from faq.search import ENGINES
from faq.search.embeddings import ModelMissing
from faq.search.evaluation import Dataset, evaluate
from faq.search.solr.client import Away


class Command(BaseCommand):
    help = (
        "Measure the search on a JSON file of questions: "
        '{"train": [[text, label]], "test": [[text, label]], "oos_test": [text]}. '
        "Fits from train alone and writes nothing to the database."
    )
    # Nothing of the database is used, which may not even exist.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--engine", choices=sorted(ENGINES), default="embedded")
        parser.add_argument("--json", action="store_true", help="one JSON object, no table")

    def handle(self, *arguments: Any, file: Path, engine: str, **options: Any) -> None:
        try:
            figures = evaluate(read(file), engine)
        except ModelMissing as error:
            raise CommandError(str(error)) from error
        except Away as error:
            raise CommandError(f"Solr ({settings.SOLR_URL}): {error}.") from error
        if options["json"]:
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write(table(figures))


def read(path: Path) -> Dataset:
    """Return the questions of a file; raises CommandError with what is wrong with it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Dataset)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error


def table(figures: dict[str, Any]) -> str:
    """Return one line a figure: its name and value."""
    return "\n".join(f"{name:18} {_shown(value)}" for name, value in figures.items())


def _shown(value: float | str | None) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.4f}"
