"""The lists of ca_lists/: their bytes, and an independent reading of what these mean."""

from .distinguished_name import read_name


def inside(der_list):
    """inside returns the bytes of a der_list: names, each behind its length."""
    parts = der_list if isinstance(der_list, list) else [der_list]
    return b"".join(
        bytes.fromhex(part["repeat"]) * part["times"]
        if isinstance(part, dict)
        else bytes.fromhex(part)
        for part in parts
    )


def names_of(entry):
    """names_of returns the names of a list, as DER, by its lengths alone. Raises ValueError."""
    data = inside(entry["der_list"])
    if entry.get("length", len(data)) != len(data) or len(data) > 0xFFFF:
        raise ValueError("the length does not say how many bytes follow")
    names, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        name = data[at + 2 : at + 2 + length]
        # RFC 8446 section 4.2.4: opaque DistinguishedName<1..2^16-1>.
        if not length or len(data) < at + 2 or len(name) != length:
            raise ValueError("a name's length does not say how many bytes follow")
        names.append(name)
        at += 2 + length
    return names


def _agrees(wanted, names):
    return wanted == (len(names) if isinstance(wanted, int) else names)


def _cause(entry):
    """_cause says what is wrong with what an entry says of itself, or None."""
    names = texts = None
    try:
        names = names_of(entry)
        texts = [read_name(name) for name in names]
    except ValueError as error:
        reading = str(error)
    if entry["valid"] is True:
        if texts is None:
            return f"is not valid: {reading}"
        return None if _agrees(entry["names"], texts) else "has other names than it says"
    if texts is not None:
        return "is valid"
    if entry["valid"] == "unspecified":
        if names is None:
            return f"is not valid: {reading}"
        if entry["names"] != len(names):
            return "has another number of names than it says"
    return None


def families_agree(catalogue):
    """families_agree: a file of CA lists is named after its family, and so are its ids."""
    for file in catalogue.of_kind("ca_lists"):
        if file.value["family"] != file.stem:
            catalogue.add(file, ("family",), f'has to be the file\'s name, "{file.stem}"')
    for file, path, entry in catalogue.entries("ca_lists"):
        if entry["id"].split("/")[0] != file.stem:
            catalogue.add(file, (*path, "id"), f'has to begin with "{file.stem}/"')


def lists_mean_what_they_say(catalogue):
    """lists_mean_what_they_say: `valid` and `names` are what an independent reading finds."""
    for file, path, entry in catalogue.entries("ca_lists"):
        cause = _cause(entry)
        if cause:
            catalogue.add(file, path, cause)


def _lists_named(value):
    """_lists_named yields the ids of all CA lists that a scenario names."""
    if isinstance(value, dict):
        if isinstance(value.get("ca_list"), str):
            yield value["ca_list"]
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from _lists_named(item)


def lists_are_sent(catalogue):
    """lists_are_sent: each list is sent in some case."""
    if len(catalogue.of_kind("cases")) != len(catalogue.of_kind("cases", sound=False)):
        return

    sent = {name for _, _, case in catalogue.entries("cases") for name in _lists_named(case)}
    for file, path, entry in catalogue.entries("ca_lists"):
        if entry["id"] not in sent:
            catalogue.add(file, (*path, "id"), "no case sends this list")


ALL = (families_agree, lists_mean_what_they_say, lists_are_sent)
