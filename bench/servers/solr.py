"""A Solr of the benchmark's own: `solr HOME PORT`, as tests/services/solr.py finds it."""

import os
import shutil
from pathlib import Path

from bench.servers.process import DidNotStart, Process, cpu_seconds, free_port

ROOT = Path(__file__).resolve().parents[2]
CONFIGSET = ROOT / "deploy" / "solr" / "helpdesk"


def script() -> str:
    """The program that runs Solr. Raises DidNotStart where there is none."""
    folders = [os.environ.get("HELPDESK_TEST_SOLR"), ROOT.parent / "shared" / "solr"]
    places = [str(Path(folder) / "solr") for folder in folders if folder]
    found = next((path for path in places if Path(path).is_file()), shutil.which("solr"))
    if not found:
        raise DidNotStart("Solr is missing: name the folder of its script in HELPDESK_TEST_SOLR")
    return found


class Solr:
    """Empty, with the desk's configset; its heap is the 512 MiB of deploy/compose.yaml."""

    def __init__(self, folder: Path) -> None:
        home = folder / "solr"
        shutil.copytree(CONFIGSET, home / "configsets" / CONFIGSET.name)
        (home / "solr.xml").write_text("<solr/>")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/solr/faq"
        log = folder / "solr.log"
        self.process = Process(
            [script(), str(home), str(self.port)], log, environment={"SOLR_HEAP": "512m"}
        )
        self.process.wait_until(lambda: "ready http" in log.read_text(errors="replace"), 240)

    @property
    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process.pid)

    @property
    def memory_mib(self) -> float:
        """What it holds in memory now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> None:
        self.process.stop()
