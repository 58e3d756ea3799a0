"""A Solr of the tests' own, on a free port, in a home of its own; a ZooKeeper for several.

The program is `solr HOME PORT`, as in ../shared/solr. It is looked for in the folder that
HELPDESK_TEST_SOLR names, in ../shared/solr beside the clone, and on the PATH. Where there is
none, what needs it is skipped by name, also in CI: no package source offers it.
"""

import os
import shutil
from pathlib import Path

import pytest

from faq.search.solr.places import CONFIGSET, FOLDER
from tests.services.ports import free_port
from tests.services.process import Process, program
from tests.settings import ROOT

# Seconds. Two where nothing else runs; a JVM starves beside other tests.
LONGEST_START = 240
# A JVM that lives for minutes gets nothing back for compiling thoroughly.
QUICK = "-XX:TieredStopAtLevel=1"

# Both ways of running: alone, and as a node of a SolrCloud.
SOLR_XML = """<?xml version="1.0" encoding="UTF-8"?>
<solr>
  <solrcloud>
    <str name="host">127.0.0.1</str>
    <int name="hostPort">${jetty.port}</int>
    <str name="hostContext">solr</str>
    <int name="zkClientTimeout">15000</int>
  </solrcloud>
</solr>
"""


def script() -> str:
    """The path of the program that runs Solr; skips the test where there is none."""
    if named := os.environ.get("HELPDESK_TEST_SOLR"):
        path = Path(named) / "solr"
        assert path.is_file(), f"HELPDESK_TEST_SOLR names {named}, where there is no solr"
        return str(path)
    beside = ROOT.parent / "shared" / "solr" / "solr"
    found = str(beside) if beside.is_file() else shutil.which("solr")
    if found is None:
        pytest.skip(
            "not to be had: solr: HELPDESK_TEST_SOLR names no folder, ../shared/solr is not "
            "there, and none is on the PATH"
        )
    return found


class Solr(Process):
    """`url` is its address; `wipe` what a lost disk leaves. A node of `zookeeper`'s cloud, or
    alone."""

    def __init__(self, folder: Path, zookeeper: "ZooKeeper | None" = None) -> None:
        program("java", "openjdk-17-jre-headless")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/solr"
        self.home = folder / f"solr-{self.port}"
        self._make_home()
        cloud = {"ZK_HOST": zookeeper.address} if zookeeper else {}
        super().__init__(
            [script(), str(self.home), str(self.port)],
            folder / f"solr-{self.port}.log",
            env=os.environ | {"SOLR_HEAP": "256m", "JAVA_TOOL_OPTIONS": QUICK} | cloud,
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self._said_before = len(self.log)
        super().start()

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: "ready http" in self.log[self._said_before :], LONGEST_START)

    def wipe(self) -> None:
        """Start it anew with nothing in it."""
        self.stop()
        shutil.rmtree(self.home)
        self._make_home()
        self.start()

    def _make_home(self) -> None:
        shutil.copytree(FOLDER, self.home / "configsets" / CONFIGSET / "conf")
        (self.home / "solr.xml").write_text(SOLR_XML)


class ZooKeeper(Process):
    """What the nodes of a SolrCloud hear of each other through."""

    def __init__(self, folder: Path) -> None:
        program("java", "openjdk-17-jre-headless")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        command = [script(), "zookeeper", str(folder / "zookeeper"), str(self.port)]
        super().__init__(command, folder / "zookeeper.log")
