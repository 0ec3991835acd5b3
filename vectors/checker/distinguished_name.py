"""A strict reading of DER distinguished names, and their text as RFC 2253 writes it.

Sources: X.690 sections 8 and 10 (DER), RFC 5280 section 4.1.2.4 and appendix A.1, RFC 2253.
"""

SEQUENCE, SET, OBJECT_IDENTIFIER = 0x30, 0x31, 0x06
PRINTABLE = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")
CODECS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii"}
WIDE_CODECS = {0x1C: "utf-32-be", 0x1E: "utf-16-be"}
DIRECTORY_STRING = (0x0C, 0x13, 0x14, 0x1C, 0x1E)

# contents of the attribute type: (name, string types, most characters)
ATTRIBUTES = {
    "550403": ("CN", DIRECTORY_STRING, 64),
    "550406": ("C", (0x13,), 2),
    "55040a": ("O", DIRECTORY_STRING, 64),
    "55040b": ("OU", DIRECTORY_STRING, 64),
    "55042e": ("dnQualifier", (0x13,), None),
    "0992268993f22c640119": ("DC", (0x16,), None),
}


def elements(data):
    """elements splits DER into [(tag, contents)]. Raises ValueError."""
    found, at = [], 0
    while at < len(data):
        tag, length, size = data[at], *_length(data[at + 1 :])
        if tag & 0x1F == 0x1F:
            raise ValueError("a tag of more than one byte")
        at += 1 + size
        if at + length > len(data):
            raise ValueError("an element longer than what holds it")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _length(data):
    """_length returns (a DER length, its own size)."""
    if not data:
        raise ValueError("no length")
    if data[0] < 0x80:
        return data[0], 1
    size = data[0] & 0x7F
    length = int.from_bytes(data[1 : 1 + size], "big")
    if not 1 <= size < len(data) or length < 0x80 or not data[1]:
        raise ValueError("a length that DER does not have")
    return length, 1 + size


def _contents(found, *tags):
    if [tag for tag, _ in found] != list(tags):
        raise ValueError("elements of other types than a name has")
    return [contents for _, contents in found]


def _text(name, tags, most, tag, contents):
    """_text returns the characters of an attribute's value."""
    if tag not in tags:
        raise ValueError(f"{name} is not of a type that it has")
    text = contents.decode(CODECS.get(tag) or WIDE_CODECS[tag])
    if tag == 0x13 and not PRINTABLE.issuperset(text):
        raise ValueError(f"{name} has characters that are not printable")
    if not text or most and len(text) > most or any(ord(letter) < 0x20 for letter in text):
        raise ValueError(f"{name} is empty, too long or has control characters")
    return text


def _escaped(text):
    """_escaped writes a value as RFC 2253 does, bytes beyond ASCII in hex."""
    words = []
    for at, letter in enumerate(text):
        at_end = at in (0, len(text) - 1)
        if letter in ',+"\\<>;' or letter == "#" and at == 0 or letter == " " and at_end:
            words.append("\\" + letter)
        elif ord(letter) < 0x7F:
            words.append(letter)
        else:
            words.append("".join(f"\\{byte:02X}" for byte in letter.encode()))
    return "".join(words)


def _rdn(contents):
    """_rdn returns the text of one RelativeDistinguishedName."""
    found = elements(contents)
    attributes = _contents(found, *[SEQUENCE] * max(len(found), 1))
    # In DER a SET OF is sorted by its encodings; no attribute type may stand in it twice.
    if attributes != sorted(attributes):
        raise ValueError("attributes that are not sorted")
    texts = []
    for attribute in attributes:
        kind, value = elements(attribute)
        (identifier,) = _contents([kind], OBJECT_IDENTIFIER)
        name, tags, most = ATTRIBUTES.get(identifier.hex(), (None, (), None))
        if name is None or any(text.startswith(f"{name}=") for text in texts):
            raise ValueError("an attribute type that is unknown, or stands twice")
        texts.append(f"{name}={_escaped(_text(name, tags, most, *value))}")
    return "+".join(texts)


def read_name(data):
    """read_name returns the RFC 2253 text of the DER name `data`. Raises ValueError."""
    (rdns,) = _contents(elements(data), SEQUENCE)
    found = elements(rdns)
    return ",".join(_rdn(rdn) for rdn in reversed(_contents(found, *[SET] * len(found))))
