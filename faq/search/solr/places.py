"""Where an index lives, and how a rebuilt one takes its place: one node, or a SolrCloud."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from pathlib import Path
from typing import Protocol

from django.conf import settings

from faq.search.solr.client import Client

CONFIGSET = "helpdesk"
FOLDER = Path(settings.BASE_DIR) / "deploy" / "solr" / CONFIGSET / "conf"
MOST_REPLICAS = 3


class Place(Protocol):
    """All methods raise Away."""

    client: Client

    def exists(self, index: str) -> bool:
        """Whether there is an index of this name to be asked."""
        ...

    def make(self, name: str) -> str:
        """Make an empty index beside the one called `name`; return its own name."""
        ...

    def publish(self, made: str, name: str) -> None:
        """Let `made` be asked under `name` from the next question on, and drop what was there."""
        ...

    def drop(self, made: str) -> None:
        """Remove an index with all that is in it."""
        ...


class Node:
    """One Solr, whose home has the configset: cores, exchanged by SWAP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def exists(self, index: str) -> bool:
        status = self.client.admin("cores", "STATUS", {"core": index, "indexInfo": "false"})
        return bool((status.get("status") or {}).get(index))

    def make(self, name: str) -> str:
        made = f"{name}_next"
        if self.exists(made):  # left by somebody who did not come to the end
            self.drop(made)
        # SWAP exchanges names and leaves the folders as they are.
        folder = f"{name}_{stamp()}"
        wanted = {"name": made, "instanceDir": folder, "configSet": CONFIGSET}
        self.client.admin("cores", "CREATE", wanted)
        return made

    def publish(self, made: str, name: str) -> None:
        if self.exists(name):
            self.client.admin("cores", "SWAP", {"core": name, "other": made})
            self.drop(made)
        else:
            self.client.admin("cores", "RENAME", {"core": made, "other": name})

    def drop(self, made: str) -> None:
        self.client.admin("cores", "UNLOAD", {"core": made, "deleteInstanceDir": "true"})


class Cloud:
    """A SolrCloud: collections, one of which an alias names. Brings its configset along."""

    def __init__(self, client: Client, replicas: int) -> None:
        self.client = client
        self.replicas = min(replicas, MOST_REPLICAS)

    def exists(self, index: str) -> bool:
        return self._alias(index) is not None

    def make(self, name: str) -> str:
        made = f"{name}_{stamp()}"
        wanted = {
            "name": made,
            "numShards": 1,
            "replicationFactor": self.replicas,
            "collection.configName": self._configset(),
            "waitForFinalState": "true",
        }
        self.client.admin("collections", "CREATE", wanted)
        return made

    def publish(self, made: str, name: str) -> None:
        before = self._alias(name)
        self.client.admin("collections", "CREATEALIAS", {"name": name, "collections": made})
        # By this each node looks up its aliases anew; else one that is slow to hear of the change
        # would go on asking what is dropped below.
        self.client.admin_everywhere("collections", "LISTALIASES")
        if before:
            self.drop(before)

    def drop(self, made: str) -> None:
        self.client.admin("collections", "DELETE", {"name": made})

    def _alias(self, name: str) -> str | None:
        answer = self.client.admin("collections", "LISTALIASES")
        return (answer.get("aliases") or {}).get(name)

    def _configset(self) -> str:
        """Upload the configset unless it is there; return its name, which tells its content."""
        content = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
        digest = hashlib.sha256(b"\0".join(content.values())).hexdigest()[:8]
        name = f"{CONFIGSET}_{digest}"
        if name not in self.client.admin("configs", "LIST").get("configSets", []):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                for path, text in content.items():
                    archive.writestr(path, text)
            self.client.admin("configs", "UPLOAD", {"name": name}, packed.getvalue())
        return name


def stamp() -> str:
    """Return a name's ending that nobody else has: the time in milliseconds."""
    return format(time.time_ns() // 1_000_000, "x")
