"""CertificateRequest bodies: what a script asks for is what goes out, and is read back."""

import json

import pytest
from certspec_servers import certificate_request
from certspec_servers.ca_lists import CaListError, CaLists
from certspec_servers.names import TLS1_1, TLS1_2, TLS1_3

h = bytes.fromhex
CA = h("300f310d300b06035504030c0443412031")  # CN=CA 1
SCHEMES = {"signature_algorithms": ["rsa_pkcs1_sha256", 0xFEFE]}


def built(pki, version, **script):
    """The body, and the authorities the observation would tell of."""
    body = certificate_request.build(pki, version, script)
    authorities = certificate_request.authorities_of(version, body)
    return body, certificate_request.observed_authorities(pki, authorities)


def test_tls_1_1_has_no_signature_algorithms(pki):
    body, names = built(pki, TLS1_1, certificate_types=["rsa_sign", 200], **SCHEMES)
    assert (body, names) == (h("0201c80000"), [])


def test_tls_1_2(pki):
    body, names = built(
        pki, TLS1_2, certificate_types=[], certificate_authorities=[{"der": CA.hex()}], **SCHEMES
    )
    assert body == h("00" "0004" "0401fefe" "0013" "0011") + CA
    assert names == ["CN=CA 1"]


def test_tls_1_2_without_signature_algorithms(pki):
    body, _ = built(pki, TLS1_2, signature_algorithms=None)
    assert body == h("0201400000")


def test_tls_1_3(pki):
    body, names = built(
        pki, TLS1_3, context="aabb", certificate_authorities=[], extensions=[[99, "01"]], **SCHEMES
    )
    assert body == h("02aabb" "0015" "000d0006" "00040401fefe" "002f0002" "0000" "0063000101")
    assert names == []


def test_tls_1_3_without_authorities(pki):
    assert built(pki, TLS1_3)[1] is None
    assert built(pki, TLS1_3, certificate_authorities=None)[1] is None


def test_only_extensions_and_body(pki):
    assert built(pki, TLS1_3, only_extensions=[], context="01")[0] == h("01010000")
    assert built(pki, TLS1_3, only_extensions=[[13, ""]], extensions=[[1, ""]])[0] == h(
        "00" "0004" "000d0000"
    )
    assert built(pki, TLS1_2, body="ffff")[0] == h("ffff")


def test_authorities_by_name_and_generated(pki):
    _, names = built(
        pki, TLS1_2, certificate_authorities=["rsa-root", {"generate": 3}, "server-root"]
    )
    assert names == ["rsa-root", "CN=CA 0001", "CN=CA 0002", "CN=CA 0003", "server-root"]


def test_many_authorities_and_a_length_that_wraps(pki):
    body, names = built(pki, TLS1_2, certificate_authorities=[{"generate": 2000}])
    assert len(names) == 2000
    assert len(body) == 44000 + len(built(pki, TLS1_2)[0])
    body, names = built(pki, TLS1_2, certificate_authorities=[{"generate": 3000}])
    assert len(body) > 65536
    assert names is None


@pytest.mark.parametrize("version", [TLS1_2, TLS1_3])
def test_a_length_that_lies(pki, version):
    body, names = built(
        pki, version, certificate_authorities=[{"der": CA.hex()}], certificate_authorities_length=7
    )
    assert h("0007" "0011") + CA in body
    assert names is None


@pytest.mark.parametrize("version", [TLS1_1, TLS1_2, TLS1_3])
def test_raw_authorities(pki, version):
    body, names = built(pki, version, certificate_authorities_raw="deadbeef")
    assert h("0004deadbeef") in body
    assert names is None
    _, names = built(pki, version, certificate_authorities_raw="0002beef")
    assert names == ["#beef"]


@pytest.mark.parametrize("version", [TLS1_1, TLS1_2, TLS1_3])
def test_authorities_of_a_ca_list(pki, version):
    body, names = built(pki, version, certificate_authorities_raw={"ca_list": "order/descending"})
    assert names == ["CN=c", "CN=b", "CN=a"]
    assert h("0030" "000e") in body
    lying = {"ca_list": "lengths/length-minus-1"}
    body, names = built(pki, version, certificate_authorities_raw=lying)
    assert h("0014" "0013") in body
    assert names is None
    body, _ = built(
        pki, version, certificate_authorities_raw=lying, certificate_authorities_length=7
    )
    assert h("0007" "0013") in body


def test_ca_lists_of_a_folder(tmp_path):
    lists = CaLists(str(tmp_path))
    assert "a/b" not in lists
    entry = {"id": "a/b", "der_list": ["0001", {"repeat": "ff", "times": 3}], "length": 9}
    (tmp_path / "a.json").write_text(json.dumps({"lists": [entry]}), encoding="utf-8")
    assert CaLists(str(tmp_path)).list("a/b") == (h("0001ffffff"), 9)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"lists": 1}', '{"lists": [{"id": "a/b"}]}'])
def test_ca_lists_of_another_shape(tmp_path, text):
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(CaListError, match="a.json: no file of CA lists"):
        CaLists(str(tmp_path)).list("a/b")


@pytest.mark.parametrize("version", [TLS1_1, TLS1_2, TLS1_3])
def test_any_body_can_be_observed(pki, version):
    whole = certificate_request.build(pki, version, {"certificate_authorities": ["rsa-root"]})
    for end in range(len(whole)):
        built(pki, version, body=whole[:end].hex())
