"""The vectors of the project themselves."""

import json

from check import check
from conftest import VECTORS


def test_the_real_vectors_have_no_problem():
    problems = check(VECTORS).problems
    assert not problems, "\n".join(map(str, problems))


def test_statements_are_not_few():
    page = VECTORS / "manual/SSL_CTX_set_client_cert_cb.json"
    statements = json.loads(page.read_text(encoding="utf-8"))["statements"]
    themes = {statement["id"].rsplit("-", 1)[0] for statement in statements}
    assert themes == {
        "REGISTER",
        "CALL",
        "ANSWER",
        "INSTALL",
        "NONE",
        "SUSPEND",
        "REQUEST",
        "PRESET",
        "CALIST",
        "CLEAR",
        "CHAIN",
        "GETTER",
    }
    assert sum("untestable" not in statement for statement in statements) >= 35
