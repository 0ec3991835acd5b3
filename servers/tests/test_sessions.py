"""What a server remembers of finished handshakes."""

from certspec_servers.sessions import SESSIONS_OF_A_STORE, STORES, Session, SessionStores

SESSION = Session("TLSv1.2", None, b"secret")


def test_a_name_that_nobody_has_is_taken_as_it_is():
    stores = SessionStores()
    stores.put("another", b"name", SESSION)
    assert stores.unused("store", b"name", b"") == b"name"


def test_connections_of_one_seed_get_names_of_their_own():
    stores = SessionStores()
    names = set()
    for _ in range(3 * SESSIONS_OF_A_STORE):
        name = stores.unused("store", b"n" * 32, b"")
        assert stores.get("store", name) is None
        stores.put("store", name, SESSION)
        names.add(name)
    assert {len(name) for name in names} == {32}
    # The first one is forgotten in time, and its name is free again.
    assert len(names) >= 3 * SESSIONS_OF_A_STORE - 2


def test_the_name_that_is_offered_is_not_given():
    stores = SessionStores()
    name = stores.unused("store", b"n" * 32, b"n" * 32)
    assert name != b"n" * 32
    assert stores.unused("store", b"n" * 32, name) == b"n" * 32


def test_the_oldest_are_forgotten():
    stores = SessionStores()
    for number in range(SESSIONS_OF_A_STORE + 1):
        stores.put("store", number, SESSION)
    assert stores.get("store", 0) is None
    assert stores.get("store", 1) is SESSION
    for number in range(STORES):
        stores.put(number, b"name", SESSION)
    assert stores.get("store", 1) is None
