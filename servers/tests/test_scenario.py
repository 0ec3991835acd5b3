"""The check of scenarios: what is wrong is named, with its place."""

import json
import os

import pytest
from certspec_servers import handshake, ops, scenario
from certspec_servers.scenario import ScenarioError, checked
from conftest import PKI_FOLDER

V = "TLSv1.2"
with open(
    os.path.join(os.path.dirname(PKI_FOLDER), "schema", "scenario.schema.json"), encoding="utf-8"
) as file:
    SCHEMA = json.load(file)


@pytest.mark.parametrize(
    "document, problem",
    [
        ([], "scenario: object wanted, not []"),
        ({}, 'scenario: "version" is missing'),
        ({"version": "TLSv9"}, 'scenario: version: unknown version "TLSv9"'),
        ({"version": V, "requst": True}, 'scenario: unknown key "requst"'),
        ({"version": V, "request": 1}, "scenario: request: true or false wanted, not 1"),
        (
            {"version": V, "flight": ["ServerHello", "Certificate", "Certificat"]},
            'scenario: flight[2]: unknown message "Certificat"',
        ),
        ({"version": V, "after": [{"slep": 1}]}, 'scenario: after[0]: unknown op "slep"'),
        (
            {"version": V, "after": [{"sleep": "long"}]},
            'scenario: after[0].sleep: seconds wanted, not "long"',
        ),
        (
            {"version": V, "after": [{"sleep": 1, "raw": ""}]},
            "scenario: after[0]: message name or object with one key wanted: "
            "{'sleep': 1, 'raw': ''}",
        ),
        (
            {"version": V, "certificate": "nobody"},
            'scenario: certificate: unknown certificate "nobody"',
        ),
        (
            {"version": V, "cipher_suites": ["X"]},
            'scenario: cipher_suites[0]: unknown cipher suite "X"',
        ),
        (
            {"version": V, "certificate_request": {"types": []}},
            'scenario: certificate_request: unknown key "types"',
        ),
        (
            {"version": V, "certificate_request": {"certificate_authorities": [{"der": "3"}]}},
            "scenario: certificate_request.certificate_authorities[0].der: "
            'hexadecimal wanted, not "3"',
        ),
        (
            {
                "version": V,
                "certificate_request": {"certificate_authorities_raw": {"ca_list": "order/none"}},
            },
            "scenario: certificate_request.certificate_authorities_raw.ca_list: "
            'unknown CA list "order/none"',
        ),
        (
            {"version": V, "certificate_request": {"certificate_authorities_raw": {}}},
            'scenario: certificate_request.certificate_authorities_raw: "ca_list" is missing',
        ),
        (
            {"version": V, "after": [{"alert": ["fatal", "no_such_alert"]}]},
            'scenario: after[0].alert[1]: unknown alert "no_such_alert"',
        ),
        (
            {"version": V, "after": [{"renegotiate": {"version": V}}]},
            'scenario: after[0].renegotiate: unknown key "version"',
        ),
        (
            {"version": V, "client_renegotiation": "perhaps"},
            'scenario: client_renegotiation: unknown client_renegotiation "perhaps"',
        ),
        (
            {"version": V, "tickets": True},
            "scenario: tickets: integer from 0 to 100 wanted, not True",
        ),
        (
            {"version": V, "server_hello_extensions": [[5]]},
            "scenario: server_hello_extensions[0]: [type, hex] wanted, not [5]",
        ),
    ],
)
def test_what_is_wrong_is_named(pki, document, problem):
    with pytest.raises(ScenarioError) as caught:
        checked(document, pki)
    assert str(caught.value) == problem


def test_defaults_are_filled_in(pki):
    assert checked({"version": V}, pki) == dict(scenario.DEFAULTS, version=V)
    assert set(scenario.DEFAULTS) | {"version"} == set(scenario.SCENARIO)


def test_every_op_and_message_that_is_allowed_is_there():
    assert set(handshake.BODIES) | {"ChangeCipherSpec"} == set(scenario.MESSAGES)
    with_argument = set(scenario.OPS) - set(scenario.MESSAGES)
    assert set(ops.OPS) == with_argument | set(scenario.PLAIN_OPS)


def test_the_readme_tells_every_key_and_op():
    readme = os.path.join(os.path.dirname(scenario.__file__), "..", "README.md")
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    names = set(scenario.SCENARIO) | set(scenario.CERTIFICATE_REQUEST) | set(scenario.FRAGMENT)
    for name in names:
        assert f"`{name}`" in text, name
    for name in scenario.OPS:
        assert f'{{"{name}"' in text, name
    for name in scenario.MESSAGES + scenario.PLAIN_OPS:
        assert f'"{name}"' in text, name


def test_a_scenario_can_be_any_json_without_a_crash(pki):
    values = [None, True, 0, -1, 1.5, "", "x", [], [[]], {}, {"a": 1}]
    for key in scenario.SCENARIO:
        for value in values:
            try:
                json.dumps(checked({"version": V, key: value}, pki))
            except ScenarioError:
                pass
    for name in scenario.OPS:
        for value in values:
            try:
                checked({"version": V, "after": [{name: value}]}, pki)
            except ScenarioError:
                pass


def schema_of(definition, *path):
    """schema_of is what the schema of scenarios says at `definition` and down `path`."""
    found = SCHEMA["$defs"][definition]
    for key in path:
        found = found[key]
    return found


@pytest.mark.parametrize(
    "where, known",
    [
        (("scenario", "properties"), scenario.SCENARIO),
        (("renegotiation", "properties"), scenario.RENEGOTIATION),
        (("certificate_request", "properties"), scenario.CERTIFICATE_REQUEST),
        (("external_psk", "properties"), scenario.EXTERNAL_PSK),
        (("fragment", "properties"), scenario.FRAGMENT),
        (("op", "else", "properties"), scenario.OPS),
        (("op", "then", "enum"), scenario.MESSAGES + scenario.PLAIN_OPS),
    ],
)
def test_the_schema_of_cases_has_the_same_keys(where, known):
    assert sorted(schema_of(*where)) == sorted(known)
