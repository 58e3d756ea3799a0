"""Any causal model that transformers can load: an id that was fetched from its hub, or a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chat.bot.language_model import DEFAULTS, Messages, Options, Stop, Unavailable
from chat.bot.language_models.local import LocalModel


class TransformersModel:
    """A model on this machine's processor. One without a chat template gets a plain prompt."""

    def __init__(self, name: str) -> None:
        """Unavailable where the id is not fetched; it is not looked for on the network."""
        if os.path.isdir(name):
            self.local = LocalModel(name)
            return
        try:
            self.local = LocalModel(name, cache_dir=str(hub_folder()))
        except OSError as error:
            raise Unavailable(f"{name} is not here: run manage.py fetch_models.") from error

    def generate(
        self, messages: Messages, *, stop: Stop, options: Options = DEFAULTS
    ) -> Iterator[str]:
        """See LanguageModel."""
        return self.local.generate(messages, stop=stop, options=options)


def hub_folder() -> Path:
    """Where models named by id are kept."""
    return Path(settings.MODELS_DIR) / "hub"
