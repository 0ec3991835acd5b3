"""Fixtures: the PKI, a service in this process, and a server process behind a control line."""

import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.dirname(HERE)
sys.path[:0] = [SERVERS, HERE]
PKI_FOLDER = os.path.join(os.path.dirname(SERVERS), "vectors", "pki")

from certspec_servers.control import Service  # noqa: E402
from certspec_servers.pki import Pki  # noqa: E402
from foreign import listening  # noqa: E402, F401
from playing import ControlLine, Player  # noqa: E402


@pytest.fixture(scope="session")
def pki_folder():
    """pki_folder - the folder with the test certificates."""
    return PKI_FOLDER


@pytest.fixture(scope="session")
def pki():
    """pki - the test certificates, loaded."""
    return Pki(PKI_FOLDER)


@pytest.fixture(scope="session")
def player(pki):
    """player - plays scenarios in this process."""
    return Player(Service(pki), PKI_FOLDER)


@pytest.fixture(scope="module")
def control_line():
    """control_line - a server process behind a control line, for all tests of a module: what one
    test does to it must not harm the next."""
    line = ControlLine(os.path.join(SERVERS, "certspec-server"), PKI_FOLDER)
    yield line
    line.close()
