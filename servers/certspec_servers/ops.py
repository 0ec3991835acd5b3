"""ops - what the ops of a script do: one function (connection, argument) each, in one table."""

import time

from .ending import Ending, Idle
from .names import ALERT_LEVELS, ALERTS, CONTENT_TYPES, HANDSHAKE_NAMES, name_of
from .quic_packets import close_frame
from .records import Alert, ApplicationData, HandshakeMessage

READ_TIMEOUT = 0.2
DRAIN_TIMEOUT = 2.0
ANSWER_TIMEOUT = 3.0


def send_alert(connection, argument):
    """send_alert - {"alert": [level, description]}, names or numbers."""
    level, description = argument
    connection.send_alert(ALERT_LEVELS.get(level, level), ALERTS.get(description, description))


def close_notify(connection, argument):
    """close_notify - the alert that says goodbye."""
    connection.send_alert(ALERT_LEVELS["warning"], ALERTS["close_notify"])


def sleep(connection, argument):
    """sleep - writes out what waits, then does nothing for so many seconds."""
    connection.layer.flush()
    connection.layer.transport.sleep(argument)


def handshake(connection, argument):
    """handshake - any handshake message."""
    body = bytes.fromhex(argument.get("body", ""))
    name = name_of(HANDSHAKE_NAMES, argument["type"], 2)
    if name == "CertificateRequest":
        connection.handshake.count_request(body)
    connection.handshake.send_message(argument["type"], body, name, argument.get("transcript"))


def record(connection, argument):
    """record - any record, under the current keys."""
    body = bytes.fromhex(argument.get("body", ""))
    connection.layer.send_record(argument["type"], body)
    kind = name_of(CONTENT_TYPES, argument["type"], 2)
    connection.log_sent("record", len(body), kind)


def raw(connection, argument):
    """raw - any bytes."""
    data = bytes.fromhex(argument)
    connection.layer.send_raw(data)
    connection.log_sent("raw", len(data))


def frames(connection, argument):
    """frames - any frames of QUIC, in a packet of their own at the current encryption level."""
    data = bytes.fromhex(argument)
    connection.layer.send_frames(data)
    connection.log_sent("frames", len(data))


def connection_close(connection, argument):
    """connection_close - CONNECTION_CLOSE of QUIC with a transport error code; the script goes
    on."""
    frame = close_frame(argument["code"], reason=argument.get("reason", "").encode())
    connection.layer.send_frames(frame)
    connection.log_sent("CONNECTION_CLOSE", 0, f"{argument['code']:#x}")


def application_data(connection, argument):
    """application_data - a text."""
    data = argument.encode("utf-8", "surrogatepass")
    connection.layer.send_application_data(data)
    connection.log_sent("ApplicationData", len(data))


def fragment(connection, argument):
    """fragment - how records and writes are cut from here on."""
    connection.layer.set_fragment(argument)


def flush(connection, argument):
    """flush - writes out what waits."""
    connection.layer.flush()


def close(connection, argument):
    """close - the script ends here, and the client gets end of file."""
    raise Ending("closed", "the script closes")


def reset(connection, argument):
    """reset - the script ends here, by a reset where the transport has one."""
    connection.layer.flush()
    connection.layer.transport.abort_on_close()
    connection.abort = True
    raise Ending("closed", "the script resets the connection")


def half_close(connection, argument):
    """half_close - end of file for the client; the script goes on."""
    connection.layer.flush()
    connection.layer.transport.half_close()


def read(connection, argument):
    """read - takes application data: so many records, or as long as the timeout."""
    wanted = argument.get("records", 1)

    def done(event):
        nonlocal wanted
        if isinstance(event, ApplicationData):
            wanted -= 1
        return wanted <= 0

    connection.read_on(argument.get("timeout", READ_TIMEOUT), done)


def drain(connection, argument):
    """drain - takes all that comes until the client closes, for 2 seconds at most."""
    connection.read_on(DRAIN_TIMEOUT, lambda event: False)


def wait(connection, argument):
    """wait - reads until the client's close_notify, which must come."""
    with connection.awaiting():
        while not connection.close_notify_received:
            connection.take_event(connection.receive())


def renegotiate(connection, argument):
    """renegotiate - HelloRequest, then a handshake with other keys of the scenario. A client may
    refuse by the warning no_renegotiation (RFC 5246, section 7.2.2): then the script goes on."""
    changes = dict(argument)
    if changes.pop("hello_request", True):
        connection.handshake.send("HelloRequest")
    with connection.awaiting():
        while True:
            event = connection.receive()
            if isinstance(event, HandshakeMessage) and event.name == "ClientHello":
                break
            if isinstance(event, Alert):
                connection.end_on_close_notify(event)
                if event.description == ALERTS["no_renegotiation"]:
                    return
            elif isinstance(event, HandshakeMessage):
                raise Ending(
                    "protocol", f"{event.name} instead of ClientHello", "unexpected_message"
                )
    connection.renegotiate(changes, event)


def post_handshake_request(connection, argument):
    """post_handshake_request - TLS 1.3 CertificateRequest after the handshake."""
    connection.handshake.send("CertificateRequest", argument)


def expect_post_handshake(connection, argument):
    """expect_post_handshake - waits for so many answers, but no longer than the timeout."""
    answers = connection.observation.post_handshake
    wanted = len(answers) + argument.get("answers", 1)
    until = time.monotonic() + argument.get("timeout", ANSWER_TIMEOUT)
    with connection.awaiting():
        try:
            while len(answers) < wanted:
                event = connection.receive(until)
                if isinstance(event, Alert):
                    connection.end_on_close_notify(event)
                connection.take_event(event)
        except Idle:
            pass


OPS = {
    "alert": send_alert,
    "close_notify": close_notify,
    "sleep": sleep,
    "handshake": handshake,
    "record": record,
    "raw": raw,
    "frames": frames,
    "connection_close": connection_close,
    "application_data": application_data,
    "fragment": fragment,
    "flush": flush,
    "close": close,
    "reset": reset,
    "half_close": half_close,
    "read": read,
    "drain": drain,
    "wait": wait,
    "renegotiate": renegotiate,
    "post_handshake_request": post_handshake_request,
    "expect_post_handshake": expect_post_handshake,
}


def perform(connection, op):
    """perform - one op of a checked script: a message to send, or something of the table."""
    if isinstance(op, str):
        name, argument = op, None
    else:
        ((name, argument),) = op.items()
    function = OPS.get(name)
    if function is None:
        connection.handshake.send(name, argument)
    else:
        function(connection, argument)
