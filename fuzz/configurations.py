"""configurations: the seeds of the target configuration, in its words."""

TLS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
DTLS = ("DTLSv1", "DTLSv1.2")
BEFORE_TLS13 = ("TLSv1", "TLSv1.1", "TLSv1.2", "DTLSv1", "DTLSv1.2")
SERVER = "server.certificate=server-ecdsa server.certificate=server-rsa"
REQUEST = f"{SERVER} server.verify=peer"
ECDSA = "client.certificate=ecdsa-leaf"
RSA = "client.certificate=rsa-leaf"
SUITE_B_128 = "client.suite_b=128 client.ciphers=ALL server.groups=P-256"
SUITE_B_192 = "client.suite_b=192 client.ciphers=ALL server.groups=P-384"
# A client of before RFC 5246 on what TLS 1.2 has by default: SHA-1.
OLD = "client.hide_algorithms server.level=0 client.level=0"

# (protocols, words): what differs between versions is asked of each of them.
SEEDS = (
    # What is sent with a certificate.
    (TLS + DTLS, f"{REQUEST} {ECDSA} client.extra=ecdsa-intermediate-2 "
                 "client.extra=ecdsa-intermediate-1 shake"),
    (TLS + DTLS, f"{REQUEST} {RSA} client.extra=rsa-intermediate-2 "
                 "client.extra=rsa-intermediate-1 shake"),
    (TLS + DTLS, f"{REQUEST} client.give=ecdsa-leaf client.extra=ecdsa-intermediate-2 "
                 "client.extra=ecdsa-intermediate-1 shake"),
    (TLS, f"{REQUEST} {ECDSA} client.chain=ecdsa-intermediate-2 shake"),
    (TLS, f"{REQUEST} {ECDSA} client.no_auto_chain client.trust=ecdsa-intermediate-2 shake"),
    (TLS, f"{REQUEST} {ECDSA} client.trust=ecdsa-intermediate-2 "
          "client.trust=ecdsa-intermediate-1 client.trust=ecdsa-root shake"),
    (TLS, f"{REQUEST} {RSA} client.chain_store=rsa-intermediate-2 shake"),
    (TLS, f"{REQUEST} client.give=ecdsa-leaf client.extra=ecdsa-intermediate-2 shake"),
    (TLS, f"{REQUEST} {ECDSA} client.extra=empty shake"),
    (("TLSv1.2",), f"{REQUEST} {ECDSA} client.many=rsa-intermediate-2 shake"),
    (("TLSv1.2",), f"{REQUEST} {ECDSA} client.extra=huge shake"),
    (("TLSv1.2",), f"{REQUEST} client.use=huge shake"),
    (("TLSv1.2",), f"{REQUEST} client.no_auto_chain client.use=huge shake"),
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} server.max_cert_list=2000000 client.no_auto_chain "
                             "client.use=big shake"),
    (("TLSv1.3",), f"server.extension client.extension {REQUEST} {ECDSA} shake"),
    (("TLSv1.3",), f"server.extension client.extension {REQUEST} {ECDSA} "
                   "client.extra=ecdsa-intermediate-2 shake"),
    # Keys and digests that are too weak for the level.
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} client.certificate=rsa-leaf-of-1024-root "
                             "client.trust=rsa-1024-root client.level=2 shake"),
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} client.certificate=rsa-leaf-of-1024-root "
                             "client.extra=rsa-1024-root client.level=2 shake"),
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} {RSA} client.refuse=ca-key "
                             "client.extra=rsa-intermediate-2 shake"),
    (("TLSv1.2",), f"{REQUEST} client.level=2 client.use=rsa-1024-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} client.use=null client.use=empty client.use=x25519-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} client.level=0 client.use=empty client.use_key=x25519-leaf "
                   "client.use_key=null shake"),
    (("TLSv1.2",), f"{REQUEST} client.use=ecdsa-leaf client.use=ecdsa-leaf "
                   "client.use_key=ecdsa-leaf-2 client.use=ecdsa-leaf-2 shake"),
    # Signature algorithms that fit, and that do not.
    (TLS, f"{SERVER} server.verify=peer {ECDSA} server.client_algorithms=RSA+SHA256 shake"),
    (TLS, f"{SERVER} server.verify=peer {RSA} server.client_algorithms=ECDSA+SHA256 shake"),
    (("TLSv1", "TLSv1.1", "TLSv1.2"),
     f"{REQUEST} client.certificate=ed25519-leaf client.ciphers=ALL shake"),
    (TLS, f"{REQUEST} client.certificate=rsa-pss-leaf shake"),
    (TLS, f"{REQUEST} client.certificate=rsa-1024-leaf "
          "server.client_algorithms=rsa_pss_rsae_sha512:rsa_pss_rsae_sha256 shake"),
    (TLS, "server.certificate=server-ecdsa server.verify=peer client.algorithms=RSA+SHA256 shake"),
    (TLS, "server.certificate=server-ecdsa server.verify=peer "
          "client.algorithms=rsa_pss_rsae_sha256 shake"),
    (TLS, "server.certificate=rsa-1024-leaf server.verify=peer "
          "client.algorithms=rsa_pss_rsae_sha512:rsa_pss_rsae_sha256 shake"),
    (TLS + DTLS, f"{REQUEST} {ECDSA} client.refuse=algorithm shake"),
    (TLS + DTLS, f"{REQUEST} {ECDSA} server.refuse=algorithm shake"),
    (TLS, f"{REQUEST} {ECDSA} server.refuse=algorithm-shared shake"),
    (TLS, f"{REQUEST} {ECDSA} client.refuse=algorithm-shared shake"),
    (TLS, f"{REQUEST} {ECDSA} server.refuse=algorithm-check shake"),
    (("TLSv1.2",), f"{OLD} {REQUEST} {ECDSA} shake"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.strict {ECDSA} shake"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.strict server.algorithms=RSA+SHA256 shake"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.refuse=algorithm shake"),
    (("TLSv1.2",), f"{OLD} server.certificate=server-rsa server.algorithms=RSA+SHA256 "
                   "client.ciphers=AES128-SHA shake"),
    (("TLSv1.2",), f"{OLD} server.certificate=server-ecdsa server.algorithms=RSA+SHA1 shake"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.certificate=ed25519-leaf server.strict "
                   "server.certificate=dsa-leaf server.algorithms=RSA+SHA1:ECDSA+SHA1 shake"),
    (("TLSv1.2",), f"{OLD} server.certificate=rsa-leaf-sha1 server.strict shake"),
    (("TLSv1.2",), "server.certificate=server-rsa client.algorithms=ECDSA+SHA256 "
                   "client.ciphers=AES128-SHA shake"),
    (("TLSv1.2", "TLSv1.3"), f"client.certificate_algorithms {REQUEST} shake"),
    (("TLSv1.2", "TLSv1.3"), f"client.certificate_algorithms {REQUEST} server.strict shake"),
    (("TLSv1.2", "TLSv1.3"), f"client.certificate_algorithms {REQUEST} server.strict "
                             "server.chain=rsa-intermediate-2 shake"),
    # Strict mode.
    (TLS + DTLS, f"{REQUEST} client.strict {ECDSA} shake"),
    (TLS, f"{REQUEST} client.strict {RSA} server.ca=rsa-intermediate-2 shake"),
    (TLS, f"{REQUEST} client.strict {RSA} server.ca=other-root shake"),
    (TLS, f"{REQUEST} client.strict {RSA} client.chain=rsa-intermediate-2 "
          "server.ca=rsa-intermediate-1 shake"),
    (TLS, f"{REQUEST} client.strict {RSA} client.chain=rsa-intermediate-2 "
          "server.ca=other-root shake"),
    (TLS, f"{REQUEST} client.strict {RSA} server.types=64 shake"),
    (TLS, f"{REQUEST} client.strict {ECDSA} server.types=1 shake"),
    (TLS, f"{REQUEST} client.strict client.give=ecdsa-leaf server.ca=other-root shake"),
    (TLS, f"{REQUEST} client.strict client.certificate=rsa-leaf-sha1 shake"),
    (TLS, f"{REQUEST} client.strict {RSA} client.level=0 client.chain=rsa-leaf-sha1 "
          "server.client_algorithms=RSA+SHA256 shake"),
    (TLS, f"{REQUEST} client.strict client.certificate=p384-leaf client.groups=P-256 shake"),
    (TLS, f"{REQUEST} client.strict client.certificate=ed25519-leaf shake"),
    (BEFORE_TLS13, f"{REQUEST} client.level=0 server.level=0 client.algorithms=DSA+SHA256:"
                   "RSA+SHA256:ECDSA+SHA256 client.strict client.certificate=dsa-leaf shake"),
    (TLS, f"{REQUEST} server.strict {ECDSA} shake"),
    (TLS, f"{SERVER} server.strict server.chain=rsa-leaf-sha1 client.algorithms=RSA+SHA256 shake"),
    (TLS, f"{SERVER} server.strict server.chain=p384-leaf client.groups=P-256 shake"),
    (TLS, "server.certificate=p384-leaf server.strict server.groups=P-256 client.groups=P-256 "
          "shake"),
    # Suite B.
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} server.suite_b=128 {ECDSA} shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.strict {ECDSA} shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.strict {RSA} shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.certificate=p384-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.strict client.certificate=p384-leaf "
                   "client.chain=rsa-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_192} client.strict {ECDSA} shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_192} client.strict client.certificate=p384-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.check_in_cert_cb=ecdsa-leaf shake"),
    (("TLSv1.2",), f"{REQUEST} {SUITE_B_128} client.check_in_cert_cb=rsa-leaf shake"),
    # SSL_check_chain, in the callback and at any time.
    (TLS, f"{REQUEST} client.check_in_cert_cb=ecdsa-leaf shake"),
    (TLS, f"{REQUEST} client.check_in_cert_cb=rsa-leaf client.strict "
          "client.extra=rsa-intermediate-2 server.ca=rsa-intermediate-1 shake"),
    (TLS, f"{REQUEST} client.check_in_cert_cb=rsa-leaf client.level=0 "
          "client.extra=rsa-leaf-sha1 "
          "server.client_algorithms=RSA+SHA256:rsa_pss_rsae_sha256 shake"),
    (TLS, f"{REQUEST} client.check_in_cert_cb=rsa-leaf-sha1 "
          "server.client_algorithms=RSA+SHA256 shake"),
    (TLS, f"{REQUEST} server.check_in_cert_cb=p384-leaf server.groups=P-256 "
          "client.groups=P-256 server.extra=p384-leaf shake"),
    (TLS, f"{REQUEST} server.check_in_cert_cb=rsa-leaf server.extra=p384-leaf "
          "client.groups=P-256 server.strict shake"),
    (TLS, f"{REQUEST} server.check_in_cert_cb=rsa-leaf server.level=0 client.level=0 "
          "client.algorithms=RSA+SHA256:rsa_pss_rsae_sha256 server.extra=rsa-leaf-sha1 "
          "server.strict shake"),
    (TLS, f"{REQUEST} client.check_in_cert_cb=null shake"),
    (TLS, f"{REQUEST} client.check_in_cert_cb=x25519-leaf shake"),
    (TLS, f"{REQUEST} shake client.check=rsa-leaf client.check=ecdsa-leaf client.check=dsa-leaf "
          "client.check=ed25519-leaf client.check=x25519-leaf client.check=null "
          "client.check=rsa-leaf-sha1 client.check_without_key=rsa-leaf"),
    (TLS, f"{REQUEST} client.algorithms=RSA+SHA256 shake client.check=rsa-leaf"),
    (TLS, f"{REQUEST} client.turn server.check=rsa-leaf server.check_without_key=rsa-leaf"),
    (("TLSv1.2",), f"{OLD} {SERVER} client.turn server.check=rsa-leaf server.check=ecdsa-leaf "
                   "server.check=dsa-leaf server.check=ed25519-leaf server.check=x25519-leaf "
                   "server.check=rsa-leaf-sha1"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.gost_algorithms client.turn server.check=rsa-leaf"),
    (("TLSv1.2",), f"{OLD} {SERVER} server.algorithms=ECDSA+SHA256:RSA+SHA1 client.turn "
                   "server.check=rsa-leaf server.check=ecdsa-leaf"),
    (("TLSv1.2",), "server.certificate=server-rsa server.certificate_alone=server-ecdsa "
                   "server.strict shake"),
    # What the callbacks say.
    (TLS, f"{REQUEST} client.answer=0 shake"),
    (TLS, f"{REQUEST} client.answer=1 shake"),
    (TLS, f"{REQUEST} client.answer=-1 shake client.give=ecdsa-leaf shake"),
    (TLS, f"{REQUEST} client.give=x25519-leaf shake"),
    (TLS, f"{REQUEST} client.cert_cb=-1 shake"),
    (TLS, f"{REQUEST} client.cert_cb=0 shake"),
    (TLS, f"{REQUEST} client.cert_cb=1 {ECDSA} shake"),
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} client.engine=ecdsa-leaf shake"),
    (("TLSv1.2", "TLSv1.3"), f"{REQUEST} client.engine=none client.give=ecdsa-leaf shake"),
    # CA lists.
    (TLS, f"{REQUEST} server.ca=rsa-root server.ca=ecdsa-root {ECDSA} shake client.names "
          "server.names"),
    (TLS, f"{REQUEST} server.own_ca=rsa-root {ECDSA} shake client.names server.names"),
    (TLS, f"{REQUEST} server.ca_names=rsa-root client.ca_names=rsa-root {ECDSA} shake "
          "client.names server.names"),
    (TLS, f"{REQUEST} server.ca=rsa-root server.no_ca_names {ECDSA} shake"),
    (TLS, f"{REQUEST} server.ca=null shake"),
    (TLS, f"{REQUEST} server.ca=1x69000 shake"),
    (TLS, f"{REQUEST} server.ca=1x65515 shake"),
    (TLS, f"{REQUEST} server.ca=1x65512 shake"),
    (TLS, f"{REQUEST} server.ca=1x65511 shake"),
    (TLS, f"{REQUEST} server.ca=1x65510 shake"),
    (TLS, f"{REQUEST} server.ca=2x40000 shake"),
    (TLS, f"{REQUEST} server.ca=empty shake"),
    (TLS, f"{REQUEST} server.ca=none shake client.names server.names"),
    (TLS, f"{REQUEST} server.ca=none server.ca_names=none client.ca_names=none shake"),
    # Whether there is a request at all.
    (("TLSv1.2",), f"{REQUEST} client.ciphers=aNULL:@SECLEVEL=0 server.ciphers=aNULL:@SECLEVEL=0 "
                   "client.level=0 server.level=0 shake"),
    (("TLSv1.2",), f"{SERVER} server.verify=require client.ciphers=aNULL:@SECLEVEL=0 "
                   "server.ciphers=aNULL:@SECLEVEL=0 client.level=0 server.level=0 shake"),
    (("TLSv1.2",), "client.psk server.psk client.ciphers=PSK-AES128-CBC-SHA "
                   "server.ciphers=PSK-AES128-CBC-SHA "
                   f"{REQUEST} shake"),
    (("TLSv1.2",), "client.psk server.psk client.ciphers=RSAPSK server.ciphers=RSAPSK "
                   f"{REQUEST} {RSA} shake"),
    (("TLSv1.2",), f"{SERVER} server.verify=peer,once {ECDSA} shake server.renegotiate shake"),
    (("TLSv1.2",), f"{SERVER} {ECDSA} shake server.verify=peer server.renegotiate shake "
                   "client.names"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth {ECDSA} shake "
                   "server.post shake"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later,once client.post_handshake_auth {ECDSA} "
                   "shake server.post shake server.post shake"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth shake "
                   "server.post shake"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth "
                   "client.answer=-1 shake server.post shake client.answer=0 shake"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth shake "
                   "client.shutdown server.post shake"),
    (("TLSv1.3",), f"{SERVER} client.post_handshake_auth shake server.post"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth shake "
                   "server.post server.refuse_randoms shake"),
    (("TLSv1.3",), f"{SERVER} server.verify=peer,later client.post_handshake_auth shake "
                   "server.post server.post client.post server.turn server.post"),
    (TLS + DTLS, f"{SERVER} server.post client.post client.turn server.post client.post shake "
          "server.post client.post"),
    # Objects that are cleared and copied.
    (TLS, f"{REQUEST} {ECDSA} client.clear client.dup server.dup shake client.dup client.clear"),
    (TLS, f"{REQUEST} {ECDSA} client.session client.dup shake"),
    (TLS, f"{REQUEST} {ECDSA} shake client.anew client.session client.dup shake client.clear"),
    (("TLSv1.2",), f"{REQUEST} shake client.renegotiate client.clear"),
    (("TLSv1.2",), f"{REQUEST} client.ciphers=ALL client.turn client.dup shake"),
    (TLS, f"{SERVER} client.turn client.clear client.dup_stateless server.dup_stateless"),
    (TLS, f"{SERVER} client.turn server.clear client.turn"),
    (("TLSv1.2",), f"{SERVER} client.app_data client.dup"),
    (("TLSv1.2",), f"{SERVER} client.dane client.dup server.own_ca=rsa-root server.dup "
                   "client.ca_names=rsa-root client.dup client.own_ca=rsa-root client.dup"),
    (("TLSv1.2",), f"{SERVER} client.names server.names client.ciphers=ALL client.own_ca=rsa-root "
                   "client.dup"),
)


def texts():
    """texts yields the inputs: a protocol and words."""
    for protocols, words in SEEDS:
        for protocol in protocols:
            yield f"{protocol} {words}"
