"""The desk as deploy/ describes it: supervisord with two web processes and the bot, nginx in front.

The committed files are what is run; only addresses are the tests' own.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import xmlrpc.client
from pathlib import Path
from typing import Any

import httpx
from supervisor.xmlrpc import SupervisorTransport

from tests.services.ports import free_port
from tests.services.process import Process, program
from tests.services.server import environment
from tests.settings import ROOT

DEPLOY = ROOT / "deploy"
PROCESSES = ("web:web_1", "web:web_2", "bot")
NGINX = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
{user}
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/helpdesk.conf;
}}
"""


def two_ports() -> str:
    """What to put before 1 and 2 for two free ports."""
    while True:
        start = str(random.randint(1100, 3200))
        if all(_is_free(int(f"{start}{number}")) for number in (1, 2)):
            return start


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Supervised:
    """`url` and `sockets` are the proxy's, so that it can stand for a server."""

    def __init__(self, data: Path, **settings: object) -> None:
        # A short path: a UNIX socket's has at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.data, self.start_of_ports, self.port = data, two_ports(), free_port()
        self.url, self.sockets = f"http://127.0.0.1:{self.port}", f"ws://127.0.0.1:{self.port}"
        self.device_port = free_port()
        # As in a file of settings that all processes read.
        env = environment(data, device_port=self.device_port, **settings)
        conf = self.write("supervisord.conf", self.supervisord_conf())
        self.supervisord = Process(
            [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", str(conf)],
            self.folder / "supervisord.out",
            env=env,
            cwd=ROOT,
        )
        self.write("helpdesk.conf", self.nginx_conf())
        user = "user root;" if os.geteuid() == 0 else ""
        nginx = self.write("nginx.conf", NGINX.format(folder=self.folder, user=user))
        command = [
            program("nginx", "nginx-light"),
            "-p",
            str(self.folder),
            "-c",
            str(nginx),
            "-e",
            "stderr",
        ]
        self.nginx_command = command
        self.nginx = Process([*command, "-g", "daemon off;"], self.folder / "nginx.out")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def supervisord_conf(self) -> str:
        """The committed file, elsewhere: its own folder, Python, ports and socket."""
        changes = {
            "%(here)s/../.venv/bin/python": sys.executable,
            "%(here)s/..": str(ROOT),
            "800%(process_num)d": f"{self.start_of_ports}%(process_num)d",
            'HELPDESK_DEVICE_PORT="7890"': f'HELPDESK_DEVICE_PORT="{self.device_port}"',
            "%(ENV_HELPDESK_DATA)s/supervisor.sock": str(self.folder / "supervisor.sock"),
        }
        return _changed((DEPLOY / "supervisord.conf").read_text(), changes)

    def nginx_conf(self) -> str:
        changes = {
            "127.0.0.1:8001": f"127.0.0.1:{self.start_of_ports}1",
            "127.0.0.1:8002": f"127.0.0.1:{self.start_of_ports}2",
            "listen 80;": f"listen 127.0.0.1:{self.port};",
            "listen [::]:80;": "",
            "/var/log/nginx/": f"{self.folder}/",
        }
        return _changed((DEPLOY / "nginx.conf").read_text(), changes)

    def start(self) -> None:
        self.supervisord.start()
        self.nginx.start()
        self.supervisord.wait_until(self.is_up, seconds=120)

    def stop(self) -> None:
        self.nginx.stop()
        self.supervisord.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def is_up(self) -> bool:
        """All processes run, and both web processes answer."""
        try:
            states = {self.name(one): one["statename"] for one in self.control.getAllProcessInfo()}
        except (OSError, xmlrpc.client.Error):
            return False
        return set(states.values()) == {"RUNNING"} and all(
            self.answers(f"http://127.0.0.1:{self.start_of_ports}{n}/readyz") for n in (1, 2)
        )

    def answers(self, url: str) -> bool:
        try:
            return httpx.get(url, timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def control(self) -> Any:
        """supervisorctl's own interface."""
        url = f"unix://{self.folder / 'supervisor.sock'}"
        transport = SupervisorTransport(None, None, url)
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor

    @staticmethod
    def name(info: dict[str, Any]) -> str:
        group, name = info["group"], info["name"]
        return name if group == name else f"{group}:{name}"

    def pid(self, name: str) -> int:
        return int(self.control.getProcessInfo(name)["pid"])

    def reload_proxy(self) -> None:
        """As `systemctl reload nginx` does; returns once a worker with the new files is there."""
        before = self.proxy_workers()
        subprocess.run([*self.nginx_command, "-s", "reload"], check=True, timeout=60)
        self.nginx.wait_until(lambda: bool(self.proxy_workers() - before))

    def proxy_workers(self) -> set[int]:
        """Those that serve, and those that only stay for the sockets that they have."""
        pid = self.nginx.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return {int(child) for child in children.split()}

    def supervisorctl(self, *words: str) -> str:
        """As an operator types it."""
        command = [sys.executable, "-m", "supervisor.supervisorctl"]
        conf = str(self.folder / "supervisord.conf")
        done = subprocess.run(
            [*command, "-c", conf, *words],
            env=self.supervisord.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout


def _changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"{old} is not in the file any more"
        text = text.replace(old, new)
    return text
