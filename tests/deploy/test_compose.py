"""deploy/compose.yaml and its neighbours, as far as they can be checked without an engine."""

import re
import shlex

import pytest
import yaml

from tests.settings import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web_1", "web_2", "devices", "bot")


def known_settings() -> set[str]:
    """The variables of README's table, and uvicorn's own."""
    return set(re.findall(r"^\| `(HELPDESK_\w+)`", (ROOT / "README.md").read_text(), re.M))


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bHELPDESK_\w+", text))


def test_there_are_all_that_the_desk_needs():
    assert set(SERVICES) == {*OURS, "proxy", "postgres", "redis", "solr"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_sets_what_there_is(name):
    environment = SERVICES[name]["environment"]
    assert set(environment) - {"FORWARDED_ALLOW_IPS"} <= known_settings()
    for target in ("postgres", "redis", "solr"):
        assert any(target in str(value) for value in environment.values())


def test_the_devices_port_is_there_where_it_is_asked_for_and_is_believed_nothing():
    devices = SERVICES["devices"]
    assert devices["profiles"] == ["devices"]
    assert not any("profiles" in service for name, service in SERVICES.items() if name != "devices")
    port = devices["environment"]["HELPDESK_DEVICE_PORT"]
    assert devices["ports"] == [f"${{HELPDESK_DEVICE_PORT:-{port}}}:{port}"]
    assert str(port) in devices["healthcheck"]["test"][-1]
    # No proxy is in front of it that would put down the address that it saw.
    assert devices["environment"]["FORWARDED_ALLOW_IPS"] == "127.0.0.1"
    others = [SERVICES[name]["environment"] for name in OURS if name != "devices"]
    assert not any("HELPDESK_DEVICE_PORT" in environment for environment in others)
    assert "serve --only devices --host 0.0.0.0" in (DEPLOY / "entrypoint.sh").read_text()
    exposed = re.search(r"^EXPOSE (.+)$", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert exposed
    assert str(port) in exposed[1].split()


@pytest.mark.parametrize("path", ["helpdesk.env.example", "compose.env.example"])
def test_an_example_of_settings_names_what_there_is(path):
    assert settings_in((DEPLOY / path).read_text()) <= known_settings()


def test_the_volumes_are_declared_and_the_files_are_there():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source


def test_who_is_waited_for_is_there_and_can_say_that_it_is_ready():
    for name, service in SERVICES.items():
        needs = service.get("depends_on", {})
        for other in needs:
            assert other in SERVICES, (name, other)
            condition = needs[other]["condition"] if isinstance(needs, dict) else ""
            assert condition != "service_healthy" or "healthcheck" in SERVICES[other]


def test_the_proxy_reaches_the_web_processes_under_their_names():
    command = SERVICES["proxy"]["command"][-1]
    found = re.findall(r"s/(127\.0\.0\.1:\d+)/(\w+):(\d+)/", command)
    assert [name for _, name, _ in found] == ["web_1", "web_2"]
    conf = (DEPLOY / "nginx.conf").read_text()
    assert all(address in conf for address, _, _ in found)
    entrypoint = (DEPLOY / "entrypoint.sh").read_text()
    assert all(f"--port {port}" in entrypoint for _, _, port in found)


def test_the_entrypoint_knows_what_the_services_ask_of_it():
    entrypoint = (DEPLOY / "entrypoint.sh").read_text()
    for name in OURS:
        assert f"\n    {SERVICES[name]['command']})" in entrypoint


def test_the_image_copies_what_is_there():
    for line in (DEPLOY / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY "):
            sources = shlex.split(line)[1:-1]
            assert all((ROOT / source).exists() for source in sources), line


def test_the_units_run_commands_that_there_are():
    for path in (DEPLOY / "systemd").glob("*.service"):
        text = path.read_text()
        (command,) = re.findall(r"^ExecStart=.*manage\.py (\w+)", text, re.M)
        assert (ROOT / "chat" / "management" / "commands" / f"{command}.py").exists()
        assert settings_in(text) <= known_settings()
