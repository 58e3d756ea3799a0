"""./setup.sh on a fresh clone in an empty folder: nothing there but git, Python and pip.

In small, with the packages and models at hand, it is the first run of tests/test_setup.py.
"""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.services.ports import free_port
from tests.services.process import Process
from tests.services.server import environment
from tests.services.ws import visitor
from tests.settings import ROOT


class FreshClone(Process):
    """A clone of what is committed, in which nobody has run anything."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sockets = f"ws://127.0.0.1:{self.port}"
        env = environment(folder / "var", port=self.port, language_model="embedded")
        # All else is as it comes: the data folder, the models, the environment of Python.
        for name in ("HELPDESK_DATA", "HELPDESK_MODELS", "VIRTUAL_ENV"):
            env.pop(name, None)
        super().__init__([str(folder / "setup.sh")], folder.parent / "setup.log", env=env)


@pytest.mark.long
@pytest.mark.server
@pytest.mark.timeout(900)
def test_a_fresh_clone_gets_to_ready_and_answers(tmp_path):
    clone = FreshClone(tmp_path / "clone")
    started = time.monotonic()
    try:
        clone.start()
        clone.wait_until(lambda: "Ready: " in clone.log, seconds=600)
        print(f"Ready after {time.monotonic() - started:.0f} s")
        assert clone.log.splitlines()[-1] == f"Ready: {clone.url}/"
        with visitor(clone).chat() as chat:
            chat.say("How do I connect to the Wi-Fi?")
            answer = chat.receive("message", sender="bot")
            assert "source" in answer, answer
    finally:
        assert clone.stop() == 0
    status = ["git", "-C", str(tmp_path / "clone"), "status", "--porcelain"]
    assert subprocess.check_output(status, text=True) == "", os.listdir(tmp_path / "clone")
