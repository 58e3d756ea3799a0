import subprocess
import sys

from tests.settings import ROOT

ENDING = """
import django; django.setup()
import numpy as np
from faq.search import runtime
from faq.search.quantized import Quantized
kept = Quantized.of(np.eye(384, dtype=np.float32))
vector = kept[3]
assert (kept @ vector).argmax() == 3
runtime.go_on()
runtime.end()
for step in (runtime.go_on, lambda: kept @ vector):
    try:
        step()
    except runtime.Ending:
        print("ended")
"""


def test_nothing_is_computed_once_the_process_ends():
    done = subprocess.run(
        [sys.executable, "-c", ENDING],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["ended", "ended"], done.stderr
