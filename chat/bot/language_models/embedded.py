"""The embedded model: in the models' folder once fetch_models has put it there."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from chat.bot.language_model import DEFAULTS, Messages, Options, Stop, Unavailable
from chat.bot.language_models.local import LocalModel

EMBEDDED = "smollm2-135m-instruct"


class EmbeddedModel:
    """SmolLM2-135M-Instruct on this machine's processor; no key, no network."""

    def __init__(self, name: str = "embedded") -> None:
        """Unavailable while fetch_models has not put it there."""
        folder = embedded_folder()
        if not (folder / "model.safetensors").is_file():
            raise Unavailable("The embedded model is not here yet: manage.py fetch_models.")
        self.local = LocalModel(str(folder))

    def generate(
        self, messages: Messages, *, stop: Stop, options: Options = DEFAULTS
    ) -> Iterator[str]:
        """See LanguageModel."""
        return self.local.generate(messages, stop=stop, options=options)


def embedded_folder() -> Path:
    """Where the embedded model lies once it is fetched and converted."""
    return Path(settings.MODELS_DIR) / EMBEDDED
