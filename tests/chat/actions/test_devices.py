"""Who may have a name on the device socket: proof, release, revocation, approval."""

import pytest

from chat.actions import devices
from chat.models import Device, ServingProcess
from chat.models.device import State, fold, is_name

PROCESS = "process-1"


@pytest.fixture(autouse=True)
def alive(db):
    ServingProcess.objects.create(key=PROCESS)


def register(name, token="socket-1", **proof):
    return devices.register(name, token, PROCESS, **proof)


def gone(device, token="socket-1"):
    devices.let_go(device.pk, token)


def test_a_new_name_is_free_and_its_key_is_stored_as_a_hash_only():
    device, key = register("Printer 3")
    assert len(key) >= 16
    assert key.isalnum()
    assert device.state == State.REGISTERED
    stored = Device.objects.values().get(pk=device.pk)
    assert key not in map(str, stored.values())
    assert devices.hashed(key) == stored["key_hash"]


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 65, None, 5, True, ["a"], {"a": 1}, "a\nb", "a\x00b", "a\u202eb", "\u200d"],
)
def test_a_name_that_is_none(name):
    assert not is_name(name)
    with pytest.raises(devices.NotRegistered):
        register(name)
    assert not Device.objects.exists()


@pytest.mark.parametrize("name", ["x", "x" * 64, "Gerät 7", "جهاز", "打印机", "می\u200cشود", "a b"])
def test_a_name_that_is_one(name):
    assert register(name)[0].name == name


def test_names_that_look_alike_are_one_device():
    assert fold("Printer  3") == fold(" printer 3 ") == fold("ＰRINTER 3")
    register("Printer 3")
    with pytest.raises(devices.NotRegistered):
        register("PRINTER 3")


def test_a_name_that_a_socket_holds_is_taken_whatever_the_proof():
    _, key = register("Printer")
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-2", last_key=key)


def test_the_last_key_gives_the_name_again_and_another_does_not():
    device, key = register("Printer")
    gone(device)
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-2")
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-2", last_key=devices.new_key())
    again, new = register("Printer", "socket-2", last_key=key)
    assert (again.pk, new == key) == (device.pk, False)
    assert devices.resume(key, "socket-3", PROCESS) is None
    assert devices.resume(new, "socket-3", PROCESS) == device


def test_after_a_disconnect_the_key_is_dead_and_proves_the_name():
    device, key = register("Printer")
    devices.disconnect(device.pk, "socket-1")
    assert devices.resume(key, "socket-2", PROCESS) is None
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-2", gave_up={device.pk + 1})
    _, second = register("Printer", "socket-1", gave_up={device.pk})
    devices.disconnect(device.pk, "socket-1")
    register("Printer", "socket-3", last_key=second)


def test_what_one_gave_up_proves_nothing_after_another_has_had_it():
    device, key = register("Printer")
    devices.disconnect(device.pk, "socket-1")
    register("Printer", "socket-2", last_key=key)
    gone(device, "socket-2")
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-1", gave_up={device.pk})


def test_a_released_name_is_free_and_its_key_dead():
    device, key = register("Printer")
    devices.release(device)
    assert devices.resume(key, "socket-2", PROCESS) is None
    assert register("Printer", "socket-2")[0].pk == device.pk


def test_a_revoked_name_is_nobody_s_until_it_is_released():
    device, key = register("Printer")
    devices.revoke(device)
    assert devices.resume(key, "socket-2", PROCESS) is None
    with pytest.raises(devices.NotRegistered):
        register("Printer", "socket-2", last_key=key)
    devices.release(device)
    register("Printer", "socket-2")


def test_the_names_of_the_desk_and_of_its_agents_are_taken(carol):
    for name in ("help desk", "Help Desk", "carol", carol.get_full_name()):
        with pytest.raises(devices.NotRegistered):
            register(name)


def test_a_device_is_here_while_its_process_lives():
    device, _ = register("Printer")
    assert list(Device.here()) == [device]
    ServingProcess.objects.all().delete()
    assert list(Device.here()) == []


def test_whoever_was_displaced_cannot_let_go():
    device, key = register("Printer")
    devices.resume(key, "socket-2", PROCESS)
    gone(device, "socket-1")
    devices.disconnect(device.pk, "socket-1")
    assert list(Device.here()) == [device]


def test_with_approval_a_new_name_asks_first(settings):
    settings.DEVICE_REGISTRATION = "approve"
    with pytest.raises(devices.NotRegistered) as refused:
        register("Printer")
    assert refused.value.is_asking
    device = Device.objects.get()
    assert device.state == State.ASKING
    devices.allow(device)
    register("Printer", "socket-2")


def test_a_name_that_nobody_asked_for_is_not_let_in(settings):
    settings.DEVICE_REGISTRATION = "approve"
    device = devices.known("Printer")
    devices.allow(device)
    with pytest.raises(devices.NotRegistered):
        register("Printer")


def test_closed_is_closed_but_to_who_has_the_last_key(settings):
    settings.DEVICE_REGISTRATION = "closed"
    with pytest.raises(devices.NotRegistered):
        register("Printer")
    assert not Device.objects.exists()
    made = devices.known("Scanner")
    key = devices.give_key(made)
    assert devices.resume(key, "socket-1", PROCESS) == made
    gone(made)
    register("Scanner", last_key=key)
