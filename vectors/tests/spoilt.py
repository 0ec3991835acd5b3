"""What can be wrong with the small folder of conftest.py, each alone, and what is then found."""

CASES, MANUAL = "cases/topic.json", "manual/page.json"
DEVIATIONS, PINS = "deviations/openssl-3.0.json", "pins/openssl-3.0.json"
WAYS = "ways/openssl-3.0.json"
DOCUMENTED, OBSERVED = "topic/documented", "topic/observed"
TWO_ANSWERS = {"return": 1, "select": ["rsa-leaf"]}


def documented(files):
    return files[CASES]["cases"][0]


def observed(files):
    return files[CASES]["cases"][1]


def statement(files, index=0):
    return files[MANUAL]["statements"][index]


def deviation(files):
    return files[DEVIATIONS]["deviations"][0]


def way(files):
    return files[WAYS]["ways"][0]


def pin(files):
    return files[PINS]["pins"][0]


def put(what, *path, **to):
    """put returns a change of the files: in what(files), at `path`, the keys `to` are set."""

    def change(files):
        target = what(files)
        for part in path:
            target = target[part]
        target.update(to)

    return change


def expecting(**names):
    return put(documented, "expect", **names)


def drop(what, *keys):
    def change(files):
        for key in keys:
            del what(files)[key]

    return change


def spoil(*changes):
    def change(files):
        for one in changes:
            one(files)

    return change


# what is spoilt: (change, file, place, cause)
SPOILT = {
    "unknown-key": (
        put(documented, colour=1),
        CASES,
        f"{DOCUMENTED} colour",
        'unknown key "colour"',
    ),
    "unknown-key-of-client": (
        put(documented, "client", certificat="rsa-leaf"),
        CASES,
        f"{DOCUMENTED} client.certificat",
        'unknown key "certificat" (did you mean "certificate"?)',
    ),
    "missing-key": (drop(documented, "title"), CASES, DOCUMENTED, 'key "title" is missing'),
    "times-zero": (
        put(documented, "client", "callback", 0, times=0),
        CASES,
        f"{DOCUMENTED} client.callback[0].times",
        "0 is less than the minimum of 1",
    ),
    "times-endless": (
        put(documented, "client", "callback", 0, times=10**6),
        CASES,
        f"{DOCUMENTED} client.callback[0].times",
        "1000000 is greater than the maximum of 10000",
    ),
    "unknown-error": (
        expecting(error="SSL_ERROR_SLS"),
        CASES,
        f"{DOCUMENTED} expect.error",
        'unknown value "SSL_ERROR_SLS" (did you mean "SSL_ERROR_SSL"?)',
    ),
    "unknown-matcher": (
        expecting(**{"return": {"$above": 1}}),
        CASES,
        f"{DOCUMENTED} expect.return.$above",
        'unknown key "$above"',
    ),
    "unknown-message-in-matcher": (
        expecting(messages_sent={"$not": {"$contains": "Certificat"}}),
        CASES,
        f"{DOCUMENTED} expect.messages_sent.$not.$contains",
        'unknown value "Certificat" (did you mean "Certificate"?)',
    ),
    "unknown-expectation": (
        expecting(eror="x"),
        CASES,
        f"{DOCUMENTED} expect.eror",
        'unknown key "eror"',
    ),
    "unknown-observation": (
        put(observed, observe=["retrun"]),
        CASES,
        f"{OBSERVED} observe[0]",
        'unknown expectation "retrun"',
    ),
    "same-as-nothing": (
        expecting(want={"$same_as": "wnat"}),
        CASES,
        f"{DOCUMENTED} expect.want.$same_as",
        'unknown expectation "wnat"',
    ),
    "key-of-another-step": (
        put(documented, "steps", 1, bytes=1),
        CASES,
        f"{DOCUMENTED} steps[1].do",
        '"handshake" does not take bytes',
    ),
    "step-without-its-key": (
        put(documented, "steps", 1, do="use_private_key"),
        CASES,
        f"{DOCUMENTED} steps[1]",
        'key "key" is missing',
    ),
    "two-answers": (
        lambda files: documented(files)["client"]["callback"].append(TWO_ANSWERS),
        CASES,
        f"{DOCUMENTED} client.callback[2]",
        "needs one of return and select",
    ),
    "expect-in-callback": (
        put(
            documented,
            "client",
            "callback",
            0,
            do=[{"do": "clear", "expect": {"want": "SSL_NOTHING"}}],
        ),
        CASES,
        f"{DOCUMENTED} client.callback[0].do[0].expect",
        '"expect" is not for a step inside the callback',
    ),
    "io-of-a-context": (
        put(documented, "client_on", "TLSv1.3", "contexts", "second", io="blocking"),
        CASES,
        f"{DOCUMENTED} client_on.TLSv1.3.contexts.second.io",
        '"io" is for the whole case, not for one of its contexts',
    ),
    "observe-in-documented": (
        put(documented, "steps", 0, observe=["error"]),
        CASES,
        f"{DOCUMENTED} steps[0].observe",
        '"observe" is not for a case of tier documented',
    ),
    "expect-in-observed": (
        put(observed, expect={"return": 1}),
        CASES,
        f"{OBSERVED} expect",
        '"expect" is not for a case of tier observed',
    ),
    "documented-without-statement": (
        spoil(put(documented, statements=[]), put(statement, untestable="hearsay")),
        CASES,
        f"{DOCUMENTED} statements",
        "a documented case checks at least one statement",
    ),
    "scenario-version": (
        put(documented, "server", version="TLSv1.2"),
        CASES,
        f"{DOCUMENTED} server.version",
        '"version" is added by the harness, not written into a case',
    ),
    "unknown-op": (
        put(documented, "server", flight=["Certificat"]),
        CASES,
        f"{DOCUMENTED} server.flight[0]",
        'unknown value "Certificat" (did you mean "Certificate"?)',
    ),
    "odd-hex": (
        put(documented, "server", after=[{"raw": "0"}]),
        CASES,
        f"{DOCUMENTED} server.after[0].raw",
        '"0" must be hex, lower case, two digits a byte',
    ),
    "unknown-certificate": (
        put(documented, "client", "callback", 1, certificate="rsa-leave"),
        CASES,
        f"{DOCUMENTED} client.callback[1].certificate",
        'unknown certificate "rsa-leave"',
    ),
    "unknown-key-pair": (
        put(documented, "client", "callback", 1, key="rsa-leave:public"),
        CASES,
        f"{DOCUMENTED} client.callback[1].key",
        'unknown key "rsa-leave:public"',
    ),
    "unknown-certificate-of-step": (
        lambda files: documented(files)["steps"].append(
            {"do": "use_certificate", "certificate": "nobody"}
        ),
        CASES,
        f"{DOCUMENTED} steps[3].certificate",
        'unknown certificate "nobody"',
    ),
    "unknown-certificate-of-server": (
        put(documented, "server", certificate_request={"certificate_authorities": ["nobody"]}),
        CASES,
        f"{DOCUMENTED} server.certificate_request.certificate_authorities[0]",
        'unknown certificate "nobody"',
    ),
    "unknown-certificate-expected": (
        expecting(**{"server.certificates": ["rsa-leave"]}),
        CASES,
        f"{DOCUMENTED} expect.server.certificates[0]",
        'unknown certificate "rsa-leave"',
    ),
    "unknown-certificate-in-matcher": (
        expecting(ca_list={"$contains": "rsa-rot"}),
        CASES,
        f"{DOCUMENTED} expect.ca_list.$contains",
        'unknown certificate "rsa-rot"',
    ),
    "unknown-issuer": (
        None,
        "pki/index.json",
        "certificates.rsa-leaf.issuer",
        'unknown certificate "nobody"',
    ),
    "unknown-statement": (
        lambda files: documented(files)["statements"].append("ONE-9"),
        CASES,
        f"{DOCUMENTED} statements[1]",
        'unknown statement "ONE-9"',
    ),
    "untestable-statement": (
        lambda files: observed(files)["statements"].append("TWO-1"),
        CASES,
        f"{OBSERVED} statements[0]",
        "TWO-1 is marked as untestable",
    ),
    "unchecked-statement": (
        drop(lambda files: statement(files, 1), "untestable"),
        MANUAL,
        "TWO-1 id",
        "no documented case checks this statement",
    ),
    "sentence-not-covered": (
        put(lambda files: files[MANUAL]["sentences"], "1.1.1", NOTES=3),
        MANUAL,
        "sentences.1.1.1.NOTES",
        "sentence NOTES:3 has no statement",
    ),
    "sentence-beyond": (
        lambda files: files[MANUAL]["statements"].append(
            {**statement(files, 1), "id": "TWO-2", "forms": ["3"], "sentence": {"3": "NOTES:7"}}
        ),
        MANUAL,
        "TWO-2 sentence.3",
        "there is no sentence NOTES:7 in form 3",
    ),
    "sentence-of-other-section": (
        put(lambda files: statement(files, 1), section="BUGS"),
        MANUAL,
        "TWO-1 sentence.3",
        "NOTES:2 is not in section BUGS",
    ),
    "forms-disagree": (
        put(statement, forms=["3"]),
        MANUAL,
        "ONE-1 sentence",
        "has to name the same forms as `forms`",
    ),
    "topic-is-not-the-file": (
        put(lambda files: files[CASES], topic="other"),
        CASES,
        "topic",
        'has to be the file\'s name, "topic"',
    ),
    "id-of-another-topic": (
        spoil(put(observed, id="other/observed"), put(pin, case="other/observed")),
        CASES,
        "other/observed id",
        'has to begin with "topic/"',
    ),
    "amendment-for-no-protocol": (
        put(documented, server_on={"TLSv1": {"request": False}}),
        CASES,
        f"{DOCUMENTED} server_on.TLSv1",
        "the case is not run on TLSv1",
    ),
    "step-for-no-protocol": (
        put(documented, "steps", 1, protocols=["TLSv1.2", "TLSv1"]),
        CASES,
        f"{DOCUMENTED} steps[1].protocols[1]",
        "the case is not run on TLSv1",
    ),
    "nothing-judged": (
        spoil(
            lambda files: [documented(files).pop("expect"), documented(files).pop("steps")],
            put(documented, steps=[]),
            drop(lambda files: files, DEVIATIONS),
        ),
        CASES,
        f"{DOCUMENTED} protocols[0]",
        "nothing to expect on TLSv1.2",
    ),
    "object-never-made": (
        put(documented, "steps", 1, ssl="c"),
        CASES,
        f"{DOCUMENTED} steps[1].ssl",
        'no step made "c" before',
    ),
    "copy-of-an-object-never-made": (
        lambda files: documented(files)["steps"].append(
            {"do": "copy_session_id", "from": "dup", "protocols": ["TLSv1.3"]}
        ),
        CASES,
        f"{DOCUMENTED} steps[3].from",
        'no step made "dup" before',
    ),
    "context-never-made": (
        put(documented, "steps", 2, ctx="third"),
        CASES,
        f"{DOCUMENTED} steps[2].ctx",
        '"third" is none of the contexts',
    ),
    "step-number-beyond": (
        expecting(**{"steps[3].want": "SSL_NOTHING"}),
        CASES,
        f"{DOCUMENTED} expect",
        "steps[3].want: only 3 steps are taken on TLSv1.2",
    ),
    "step-number-in-a-step": (
        put(documented, "steps", 1, "expect", **{"steps[0].want": "SSL_NOTHING"}),
        CASES,
        f"{DOCUMENTED} steps[1].expect",
        "steps[0].want: a step cannot look at steps by number",
    ),
    "unknown-case": (
        put(pin, case="topic/gone"),
        PINS,
        "topic/gone case",
        'unknown case "topic/gone"',
    ),
    "stale-deviation": (
        put(deviation, rev=2),
        DEVIATIONS,
        f"{DOCUMENTED} rev",
        "stale: the case is at rev 1",
    ),
    "stale-pin": (put(pin, rev=1), PINS, f"{OBSERVED} rev", "stale: the case is at rev 2"),
    "pin-of-documented": (
        put(pin, case=DOCUMENTED, rev=1),
        PINS,
        f"{DOCUMENTED} case",
        "the case is documented: pins are for observed ones",
    ),
    "deviation-of-what-is-not-looked-at": (
        put(deviation, got={"want": "SSL_NOTHING"}),
        DEVIATIONS,
        f"{DOCUMENTED} got.want",
        "the case does not look at it on TLSv1.3",
    ),
    "deviation-of-nonsense": (
        put(deviation, "got", wnat=1),
        DEVIATIONS,
        f"{DOCUMENTED} got.wnat",
        'unknown expectation "wnat"',
    ),
    "pin-without-all": (
        drop(lambda files: pin(files)["got"], "steps[0].return"),
        PINS,
        f"{OBSERVED} got",
        "steps[0].return is observed on TLSv1.3 but not pinned",
    ),
    "record-for-no-protocol": (
        put(pin, protocols=["TLSv1.3", "TLSv1"]),
        PINS,
        f"{OBSERVED} protocols[1]",
        "the case is not run on TLSv1",
    ),
    "record-of-another-line": (
        put(lambda files: files[PINS], line="3.5"),
        PINS,
        "library",
        "the file has to be called openssl-3.5.json",
    ),
    "record-for-another-line": (
        put(pin, versions=["<3.1", ">=3.00"]),
        PINS,
        f"{OBSERVED} versions[1]",
        "a run reads this file for 3.0 alone",
    ),
    "ways-of-another-line": (
        put(lambda files: files[WAYS], line="3.5"),
        WAYS,
        "library",
        "the file has to be called openssl-3.5.json",
    ),
    "way-without-scenario": (drop(way, "scenario"), WAYS, "one-way", 'key "scenario" is missing'),
    "way-with-half-a-scenario": (
        put(way, scenario="TLSv1.3:request"),
        WAYS,
        "one-way scenario",
        '"TLSv1.3:request" must be the code of a scenario',
    ),
    "way-twice": (
        lambda files: files[WAYS]["ways"].append(dict(way(files))),
        WAYS,
        "one-way id",
        "id stands already in openssl-3.0.json:5",
    ),
    "version-is-no-comparison": (
        put(pin, versions=["3.0"]),
        PINS,
        f"{OBSERVED} versions[0]",
        '"3.0" must be a comparison such as >=3.0.0',
    ),
}
