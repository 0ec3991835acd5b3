"""The names that files use of one another: what the schemas' formats mean."""

import re

STEP = re.compile(r"^steps\[[0-9]+\]\.")


def identifiers(catalogue, kind, key):
    """identifiers returns all ids in the files of `kind`, whether these are sound or not."""
    found = set()
    for file in catalogue.of_kind(kind, sound=False):
        entries = file.value.get(key, ()) if isinstance(file.value, dict) else ()
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                found.add(entry["id"])
    return found


def pki_names(catalogue):
    """pki_names returns the names of the test certificates."""
    for file in catalogue.of_kind("pki", sound=False):
        if isinstance(file.value, dict) and isinstance(file.value.get("certificates"), dict):
            return set(file.value["certificates"])
    return set()


def formats(catalogue):
    """formats returns what Schemas.formats wants: format to (function, words)."""
    certificates = pki_names(catalogue)
    statements = identifiers(catalogue, "manual", "statements")
    cases = identifiers(catalogue, "cases", "cases")
    ca_lists = identifiers(catalogue, "ca_lists", "lists")
    origins = identifiers(catalogue, "catalogue", "entries")
    _, expectations = catalogue.schemas.look_up("cases.schema.json", "#/$defs/expectations")
    patterns = [re.compile(pattern) for pattern in expectations["patternProperties"]]

    def is_pki_name_or_text(text):
        # A name nobody knows is given as its RFC 2253 text, a certificate as its hash.
        # A raw public key is that of a certificate.
        known = text.removesuffix(":public") in certificates
        return known or "=" in text or text.startswith("sha256:")

    def is_key(text):
        return text.removesuffix(":public").removesuffix(":cannot-sign") in certificates

    def is_expectation(text):
        return any(pattern.search(text) for pattern in patterns)

    return {
        "pki-name": (certificates.__contains__, "unknown certificate"),
        "pki-key": (is_key, "unknown key"),
        "pki-name-or-text": (is_pki_name_or_text, "unknown certificate"),
        "statement-id": (statements.__contains__, "unknown statement"),
        "case-id": (cases.__contains__, "unknown case"),
        "ca-list-id": (ca_lists.__contains__, "unknown CA list"),
        "origin-id": (origins.__contains__, "unknown origin"),
        "expectation-name": (is_expectation, "unknown expectation"),
        # What a step looks at is recorded as steps[N].NAME, whatever the name.
        "got-name": (lambda text: is_expectation(STEP.sub("", text)), "unknown expectation"),
    }
