"""Processes that count as one: what each has counted, and what is left of the dead."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.settings import ROOT

# A process that asked so many questions, has so many sockets, and tells what all have.
SCRIPT = """
import sys
from django.conf import settings
settings.configure(METRICS_DIR=sys.argv[1])
from chat import counting
counting.together()
from prometheus_client import Counter, Gauge, Histogram, generate_latest
asked = Counter("asked", "x", ["band"])
took = Histogram("took", "x", buckets=(1, 10))
sockets = Gauge("sockets", "x", multiprocess_mode="livesum")
asked.labels("answer").inc(int(sys.argv[2]))
took.observe(5)
sockets.set(int(sys.argv[3]))
for line in sys.stdin:
    print(generate_latest(counting.registry()).decode(), end="EOF\\n", flush=True)
"""


class Counts:
    def __init__(self, folder: Path, asked: int, sockets: int) -> None:
        command = [sys.executable, "-c", SCRIPT, str(folder), str(asked), str(sockets)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self.tell()

    def tell(self) -> dict[str, float]:
        """What it says that all have counted."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("tell\n")
        self.process.stdin.flush()
        found = {}
        while (line := self.process.stdout.readline().strip()) != "EOF":
            assert line, "the process has ended"
            if not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                found[name] = float(value)
        return found

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def counts(tmp_path) -> Iterator[Callable[..., Counts]]:
    """Start one more process of a desk: counts(asked=3, sockets=2)."""
    started: list[Counts] = []

    def start(asked: int, sockets: int, folder: Path = tmp_path / "metrics") -> Counts:
        started.append(Counts(folder, asked, sockets))
        return started[-1]

    yield start
    for one in started:
        one.kill()


ASKED = 'asked_total{band="answer"}'


def test_whoever_is_asked_tells_the_sum(counts):
    one, other = counts(asked=3, sockets=2), counts(asked=4, sockets=5)
    for told in (one.tell(), other.tell()):
        assert (told[ASKED], told["sockets"]) == (7, 7)
        assert (told["took_count"], told['took_bucket{le="10.0"}']) == (2, 2)
        assert (told["took_sum"], told['took_bucket{le="1.0"}']) == (10, 0)


def test_what_the_dead_have_counted_stays_and_their_sockets_do_not(counts, tmp_path):
    one, other = counts(asked=3, sockets=2), counts(asked=4, sockets=5)
    other.kill()
    for _ in range(2):
        told = one.tell()
        assert (told[ASKED], told["sockets"], told["took_count"]) == (7, 2, 2)
    assert str(other.process.pid) not in " ".join(str(file) for file in tmp_path.rglob("*"))


def test_a_desk_that_starts_again_goes_on_counting(counts):
    counts(asked=3, sockets=2).kill()
    told = counts(asked=4, sockets=5).tell()
    assert (told[ASKED], told["sockets"], told['took_bucket{le="10.0"}']) == (7, 5, 2)


def test_a_dead_process_s_damaged_file_costs_its_own_counts_only(counts, tmp_path):
    one, other = counts(asked=3, sockets=2), counts(asked=4, sockets=5)
    other.kill()
    (damaged,) = tmp_path.glob(f"metrics/counter_*-{other.process.pid}.db")
    damaged.write_bytes(b"\xff\xff\xff\x7f garbage")
    assert one.tell()[ASKED] == 3
    assert not damaged.exists()


def test_where_nothing_can_be_written_each_counts_for_itself(counts, tmp_path):
    (tmp_path / "taken").write_text("a file")
    counts(asked=3, sockets=2, folder=tmp_path / "taken")
    assert counts(asked=4, sockets=5, folder=tmp_path / "taken").tell()[ASKED] == 4
