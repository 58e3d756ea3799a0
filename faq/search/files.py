"""Files beside the models that this desk makes for itself."""

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

logger = logging.getLogger(__name__)


def write(path: Path, fill: Callable[[IO[bytes]], Any]) -> None:
    """Write the file whole, or not at all: others read it meanwhile.

    Where nothing can be written, that is logged and no error.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file)
            os.replace(draft, path)
        except BaseException:
            # On a full disk it would be one more at every start.
            os.unlink(draft)
            raise
    except OSError as error:
        logger.info("%s not kept, to be made again: %s", path.name, error)
