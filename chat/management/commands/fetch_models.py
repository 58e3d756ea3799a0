"""manage.py fetch_models: puts the models on disk; quick where they are there."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.bot import model_files
from chat.bot.language_models import local
from chat.bot.language_models.transformers_model import hub_folder
from faq.search import model_files as search_files


class Command(BaseCommand):
    help = "Fetches the models of the search and of the bot; takes up what was cut short."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # Ended by whoever started it, it takes its pip with it and leaves no half files.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        # The search first: it is small, and without it the bot finds by words only. What cannot be
        # had keeps nothing else away.
        models = Path(settings.MODELS_DIR)
        steps: list[Callable[[], object]] = [
            partial(model.ensure, models, self.say) for model in search_files.SEARCH
        ]
        problems = [problem for step in [*steps, self.language_model] for problem in tried(step)]
        if problems:
            raise CommandError("\n".join(problems))

    def language_model(self) -> None:
        wanted = settings.LANGUAGE_MODEL
        if wanted == "none":
            self.say("No language model wanted (HELPDESK_LANGUAGE_MODEL=none).")
        elif settings.LANGUAGE_MODEL_URL and wanted != "embedded":
            self.say(f"The language model {wanted} is on a server.")
        elif wanted == "embedded":
            downloads = Path(settings.DATA_DIR) / "downloads"
            model_files.ensure(Path(settings.MODELS_DIR), downloads, self.say)
            self.say("The language model is there.")
        elif Path(wanted).is_dir():
            self.say(f"The language model is the folder {wanted}.")
        else:
            self.from_hub(wanted)

    def from_hub(self, wanted: str) -> None:
        self.say(f"Fetching {wanted} from its hub.")
        try:
            local.download(wanted, hub_folder())
        except (OSError, ImportError, ValueError) as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise CommandError(
                f"{wanted} could not be fetched ({first[:200]}). Check the name and the network."
            ) from error
        self.say(f"{wanted} is there.")

    def say(self, line: str) -> None:
        """A line that is seen at once, also through a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def tried(step: Callable[[], object]) -> Iterator[str]:
    """Do it, and give what kept it from being done, if anything."""
    try:
        step()
    except OSError as error:
        yield f"The models could not be stored: {error}"
    except ImportError as error:
        yield f"{error}: run pip install -r requirements.txt, then manage.py fetch_models."
    except (model_files.NotFetched, CommandError, RuntimeError) as error:
        yield str(error)
