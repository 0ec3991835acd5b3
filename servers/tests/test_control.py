"""The control line: what is asked and answered, and that nothing on it stops the server."""

import json
import os
import select
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
from certspec_servers.datagrams import DatagramTransport
from certspec_servers.transport import StreamTransport
from conftest import PKI_FOLDER, SERVERS
from playing import ControlLine

CONNECTIONS = 1000
PROGRAM = os.path.join(SERVERS, "certspec-server")
SCENARIO = {"version": "TLSv1.3", "request": True}


@pytest.fixture
def context(player):
    """A client with a certificate."""
    return player.context("TLSv1.3", "ecdsa-leaf")


def shake(context, plain):
    """One handshake and good-bye."""
    with context.wrap_socket(plain):
        pass


def test_ready(control_line):
    ready = control_line.ready
    assert ready["ready"] == 1
    assert ready["python"].startswith("3.")
    assert ready["openssl"].startswith("OpenSSL ")
    assert any("libcrypto" in path for path in ready["libraries"])
    assert all(os.path.isfile(path) for path in ready["libraries"])


@pytest.mark.parametrize("whole", [False, True])
def test_a_case(control_line, context, whole):
    shake(context, control_line.connect(7, SCENARIO, whole=whole))
    answer = control_line.answer()
    assert answer["id"] == 7
    assert answer["observation"]["end"] == "ok"
    assert answer["observation"]["certificates"] == ["ecdsa-leaf"]


def test_many_lines_at_once(control_line, context):
    clients = {i: control_line.connect(i, SCENARIO, whole=i % 2 == 0) for i in range(20)}
    for i in reversed(clients):
        shake(context, clients[i])
    answers = [control_line.answer() for _ in clients]
    assert {answer["id"] for answer in answers} == set(clients)
    assert all(answer["observation"]["end"] == "ok" for answer in answers)


def test_connections_do_not_wait_for_each_other(control_line, context):
    silent = control_line.connect("silent", SCENARIO, deadline=60)
    shake(context, control_line.connect("quick", SCENARIO))
    assert control_line.answer()["id"] == "quick"
    silent.close()
    assert control_line.answer()["id"] == "silent"


def udp_pair():
    """Two sockets that hear only each other."""
    pair = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for one in pair:
        one.bind(("127.0.0.1", 0))
    for one, other in zip(pair, reversed(pair)):
        one.connect(other.getsockname())
    return pair


def at_standstill(control_line, identity, received, sent):
    """Whether the server says that the connection is at a standstill."""
    reading, writing = os.pipe()
    with open(reading, "rb") as answer:
        asked = {"id": identity, "standstill": {"received": received, "sent": sent}}
        control_line.request(asked, [writing])
        os.close(writing)
        return answer.read() == b"1"


def until_at_standstill(control_line, identity, received, sent):
    """Asks until the server is."""
    while not at_standstill(control_line, identity, received, sent):
        pass


def test_standstill(control_line):
    """Told when all has arrived at both ends and none of them will send any more."""
    with control_line.connect(7, SCENARIO, deadline=600) as client:
        until_at_standstill(control_line, 7, 0, 0)
        assert not at_standstill(control_line, 8, 0, 0)
        assert not at_standstill(control_line, 7, 1, 0)
        assert not at_standstill(control_line, 7, 0, 1)
        client.sendall(b"\x16\x03\x01")
        until_at_standstill(control_line, 7, 3, 0)
        assert not at_standstill(control_line, 7, 0, 0)
    assert control_line.answer()["observation"]["end"] == "eof"
    assert not at_standstill(control_line, 7, 3, 0)


def test_no_standstill_while_the_server_may_act(control_line, context):
    """A server that waits for some time, and then goes on, does not wait for the client alone."""
    hello = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    first_flight = hello.read()
    sent = len(first_flight)
    scenario = {**SCENARIO, "flight": [{"read": {"timeout": 0.3}}, "ServerHello", "flush"]}
    with control_line.connect(7, scenario) as client:
        client.sendall(first_flight)
        while not select.select([client], [], [], 0)[0]:
            assert not at_standstill(control_line, 7, sent, 0)
        until_at_standstill(control_line, 7, sent, len(client.recv(65536)))
    assert control_line.answer()["observation"]["end"] == "eof"


@pytest.mark.parametrize("kind", [StreamTransport, DatagramTransport])
def test_bytes_on_their_way_are_no_standstill(kind):
    """Both ends have to have what the other one has sent."""
    ours, theirs = udp_pair() if kind is DatagramTransport else socket.socketpair()
    transport = kind(theirs, time.monotonic() + 60)
    assert not transport.is_at_standstill(0, 0)
    transport.send(b"abc")
    reader = threading.Thread(target=transport.receive, daemon=True)
    reader.start()
    while not transport.is_at_standstill(0, 3):
        assert reader.is_alive()
    assert not transport.is_at_standstill(0, 2)
    assert not transport.is_at_standstill(1, 3)
    ours.send(b"x")
    reader.join()
    assert not transport.is_at_standstill(1, 3)
    transport.close()
    ours.close()


@pytest.mark.parametrize("asked", [1, {}, {"received": 1}, {"received": 1, "sent": 2, "more": 3}])
def test_standstill_asked_badly(control_line, asked):
    reading, writing = os.pipe()
    with open(reading, "rb") as answer:
        control_line.request({"id": 7, "standstill": asked}, [writing])
        os.close(writing)
        error = "standstill: an object of received and sent is wanted"
        assert control_line.answer() == {"id": 7, "error": error}
        assert answer.read() == b""


@pytest.mark.parametrize("version", ["TLSv1.2", "DTLSv1.2"])
def test_client_is_gone(control_line, version):
    """What the socket cannot tell is told by the harness."""
    kind = socket.SOCK_DGRAM if version.startswith("D") else socket.SOCK_STREAM
    ours, theirs = udp_pair() if kind == socket.SOCK_DGRAM else socket.socketpair()
    with theirs:
        scenario = {"version": version}
        control_line.request({"id": 7, "deadline": 600, "scenario": scenario}, [theirs.fileno()])
    until_at_standstill(control_line, 7, 0, 0)
    if kind == socket.SOCK_DGRAM:
        ours.close()
    # A stream that another process holds open, as a client's child may, does not tell.
    control_line.request({"id": 7, "gone": True})
    assert control_line.answer()["observation"]["end"] == "eof"
    ours.close()
    # Nobody is told of one that is not there.
    control_line.request({"id": 7, "gone": True})
    control_line.request({"id": 8, "gone": 1})
    assert control_line.answer() == {
        "id": 8,
        "error": "one descriptor wanted with a line, not 0",
    }


@pytest.mark.parametrize(
    "line, identity, error",
    [
        (b"rubbish\n", None, "no JSON: "),
        (b"\xff\xfe\n", None, "no JSON: "),
        (b"\n", None, "no JSON: "),
        (b"[" * 100000 + b"\n", None, "no JSON: "),
        (b"[]\n", None, "an object is wanted"),
        (b'{"scenario": {}}\n', None, "one descriptor wanted with a line, not 0"),
        (b'{"id": 1, "scenario": {}}\n', 1, "one descriptor wanted with a line, not 0"),
    ],
)
def test_lines_that_cannot_be_served(control_line, context, line, identity, error):
    control_line.request(line)
    answer = control_line.answer()
    assert answer["id"] == identity
    assert answer["error"].startswith(error)
    assert "\n" not in answer["error"]
    shake(context, control_line.connect(2, SCENARIO))
    assert control_line.answer()["observation"]["end"] == "ok"


@pytest.mark.parametrize(
    "request_, error",
    [
        ({"scenario": SCENARIO}, "no id"),
        ({"id": 5}, "no scenario"),
        ({"id": 5, "scenario": SCENARIO, "dealine": 1}, 'unknown key "dealine"'),
        ({"id": 5, "scenario": SCENARIO, "deadline": "x"}, "deadline: seconds wanted, not 'x'"),
        (
            {"id": 5, "scenario": dict(SCENARIO, flight=["", "", "Certificat"])},
            'scenario: flight[0]: unknown message ""',
        ),
        (
            {"id": 5, "scenario": dict(SCENARIO, flight=["ServerHello", "close", "Certificat"])},
            'scenario: flight[2]: unknown message "Certificat"',
        ),
    ],
)
def test_requests_that_cannot_be_served(control_line, request_, error):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        control_line.request(request_, [theirs.fileno()])
        theirs.close()
        assert control_line.answer() == {"id": request_.get("id"), "error": error}
        # Its connection is closed, so that the client is not left waiting.
        ours.settimeout(5)
        assert ours.recv(1) == b""


def test_descriptors_that_are_too_many_or_no_sockets(control_line):
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    with ours, theirs:
        request = {"id": 1, "scenario": SCENARIO}
        control_line.request(request, [theirs.fileno(), theirs.fileno()])
        assert control_line.answer()["error"] == "one descriptor wanted with a line, not 2"
        control_line.request(request, [reading])
        assert control_line.answer()["error"].startswith("the descriptor is no socket")
    os.close(reading)
    os.close(writing)


def test_a_socket_of_the_wrong_kind(control_line):
    for version, kind, wanted in (
        ("TLSv1.3", socket.SOCK_DGRAM, "stream"),
        ("DTLSv1.2", socket.SOCK_STREAM, "datagram"),
    ):
        ours, theirs = socket.socketpair(type=kind)
        with ours, theirs:
            control_line.request({"id": 1, "scenario": {"version": version}}, [theirs.fileno()])
            error = control_line.answer()["error"]
            assert error == f"{version} wants a {wanted} socket"


def test_a_fault_of_ours_is_told(player):
    class BrokenService:
        """A service with a fault outside of what Connection.play catches."""

        checked = player.service.checked

        def connection(self, connection, scenario, deadline):
            raise ZeroDivisionError

    from certspec_servers.control import Control

    ours, theirs = socket.socketpair()
    one, other = socket.socketpair()
    with ours, theirs, one, other:
        thread = threading.Thread(target=Control(theirs, BrokenService()).run)
        thread.start()
        reader = ours.makefile("rb")
        reader.readline()
        request = {"id": 1, "scenario": SCENARIO}
        socket.send_fds(ours, [json.dumps(request).encode() + b"\n"], [other.fileno()])
        observed = json.loads(reader.readline())["observation"]
        ours.shutdown(socket.SHUT_WR)
        thread.join(5)
        reader.close()
    assert observed["end"] == "server-bug"
    assert "ZeroDivisionError" in observed["detail"]


def test_a_descriptor_stays_with_its_line(control_line, context):
    ours, theirs = socket.socketpair()
    with theirs:
        control_line.request(b'{"id": 1, "scenario": {"version": "TLSv1.3"}}\n')
        control_line.request({"id": 2, "deadline": 5, "scenario": SCENARIO}, [theirs.fileno()])
        control_line.request(b'{"id": 3, "scenario": {"version": "TLSv1.3"}}\n')
    shake(context, ours)
    answers = {answer["id"]: answer for answer in (control_line.answer() for _ in range(3))}
    assert "error" in answers[1] and "error" in answers[3]
    assert answers[2]["observation"]["end"] == "ok"


def test_versions_without_a_record_layer(control_line):
    from certspec_servers.connection import LAYERS
    from certspec_servers.names import VERSIONS

    for version in set(VERSIONS) - set(LAYERS):
        control_line.connect(1, {"version": version}).close()
        assert control_line.answer()["error"] == f"scenario: version: {version} is not served yet"


def test_end_of_file_ends_the_server():
    line = ControlLine(PROGRAM, PKI_FOLDER)
    waiting = line.connect(1, SCENARIO, deadline=600)
    assert line.close() == 0
    waiting.close()


def test_interrupt_is_for_the_harness(control_line, context):
    control_line.process.send_signal(signal.SIGINT)
    shake(context, control_line.connect(1, SCENARIO))
    assert control_line.answer()["observation"]["end"] == "ok"


def test_a_client_that_is_killed(control_line, player):
    script = (
        "import socket, ssl, sys, time\n"
        "context = ssl._create_unverified_context()\n"
        "wrapped = context.wrap_socket(socket.socket(fileno=int(sys.argv[1])))\n"
        "print('shaken', flush=True)\n"
        "time.sleep(60)\n"
    )
    plain = control_line.connect(1, dict(SCENARIO, after=["drain", {"read": {"timeout": 60}}]))
    client = subprocess.Popen(
        ["/usr/bin/python3", "-c", script, str(plain.fileno())],
        pass_fds=[plain.fileno()],
        stdout=subprocess.PIPE,
    )
    plain.close()
    assert client.stdout.readline() == b"shaken\n"
    client.kill()
    client.wait()
    client.stdout.close()
    assert control_line.answer()["observation"]["end"] in ("ok", "eof")


def usage(process):
    """(open descriptors, threads, resident KiB) of a process."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        fields = dict(line.split(":", 1) for line in status if ":" in line)
    descriptors = len(os.listdir(f"/proc/{process.pid}/fd"))
    return descriptors, int(fields["Threads"]), int(fields["VmRSS"].split()[0])


def test_nothing_grows(control_line, context):
    measured = []
    for i in range(CONNECTIONS):
        shake(context, control_line.connect(i, dict(SCENARIO, seed=str(i), tickets=1)))
        assert control_line.answer()["observation"]["end"] == "ok"
        if i in (CONNECTIONS // 3, CONNECTIONS - 1):
            measured.append(usage(control_line.process))
    (descriptors, threads, resident), last = measured
    assert (last[0], last[1] <= threads + 1) == (descriptors, True)
    assert last[2] < resident + 2048


def test_rubbish_from_clients(control_line, context):
    for i, rubbish in enumerate(
        [
            b"",
            b"GET / HTTP/1.0\r\n\r\n",
            bytes(5),
            b"\x16\3\1\xff\xff",
            b"\x80\x2e\1\3\1",
            b"\x15\3\1\0\0",
        ]
    ):
        plain = control_line.connect(i, SCENARIO)
        plain.sendall(rubbish)
        plain.close()
        assert control_line.answer()["observation"]["end"] in ("eof", "protocol", "decode")
    shake(context, control_line.connect(99, SCENARIO))
    assert control_line.answer()["observation"]["end"] == "ok"


@pytest.mark.parametrize(
    "arguments, problem",
    [
        (["--pki", "/nonexistent", "0"], "/nonexistent/index.json: No such file or directory"),
        (["--pki", PKI_FOLDER, "99"], "99: no open descriptor"),
        (["--pki", PKI_FOLDER, "x"], "x: no open descriptor"),
        (["--pki", PKI_FOLDER, "--listen", "127.0.0.1:0", "/nonexistent"], "/nonexistent: No such"),
    ],
)
def test_wrong_usage(arguments, problem):
    done = subprocess.run(
        ["/usr/bin/python3", "-I", PROGRAM] + arguments, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"certspec-server: {problem}")
    assert done.stderr.count("\n") == 1


def test_wrong_scenario_file(tmp_path):
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps({"version": "TLSv1.3", "requset": 1}))
    done = subprocess.run(
        ["/usr/bin/python3", "-I", PROGRAM, "--pki", PKI_FOLDER]
        + ["--listen", "127.0.0.1:0", str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert 'scenario: unknown key "requset"' in done.stderr
