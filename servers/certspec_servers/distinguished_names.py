"""distinguished_names - the little DER that is needed: a certificate's subject, names as text.

The text is that of RFC 2253 in OpenSSL's spelling (X509_NAME_print_ex with XN_FLAG_RFC2253), so
that both ends of a case write a name alike.
"""

SEQUENCE, SET, OBJECT_IDENTIFIER = 0x30, 0x31, 0x06
UTF8_STRING = 0x0C
# String types: tag to codec (T61String is read as Latin-1, as OpenSSL does).
STRING_CODECS = {
    0x0C: "utf-8",
    0x12: "latin-1",
    0x13: "latin-1",
    0x14: "latin-1",
    0x16: "latin-1",
    0x17: "latin-1",
    0x18: "latin-1",
    0x1A: "latin-1",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.16": "postalAddress",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.45": "x500UniqueIdentifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}


class DerError(ValueError):
    """Bytes that are not the DER that was looked for."""


def element(data, at=0, end=None):
    """element - the DER element at `at`: (tag, start of its contents, its end)."""
    end = len(data) if end is None else end
    if at + 2 > end:
        raise DerError("no element")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise DerError("a tag of more than one byte")
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > end:
            raise DerError("a length that is no length")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > end:
        raise DerError("an element longer than what holds it")
    return tag, start, start + length


def elements(data, at, end):
    """elements - all elements from `at` to `end`: [(tag, offset, start of contents, end), …]."""
    found = []
    while at < end:
        tag, start, stop = element(data, at, end)
        found.append((tag, at, start, stop))
        at = stop
    return found


def encode(tag, contents):
    """encode - one DER element."""
    length = len(contents)
    if length < 0x80:
        return bytes((tag, length)) + contents
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + contents


def _of_certificate(certificate, index):
    """_of_certificate - the bytes of the `index`th field of TBSCertificate, version not counted."""
    _, start, end = element(certificate)
    tag, start, end = element(certificate, start, end)
    if tag != SEQUENCE:
        raise DerError("no TBSCertificate")
    fields = elements(certificate, start, end)
    if fields and fields[0][0] == 0xA0:
        fields = fields[1:]
    if len(fields) <= index:
        raise DerError("a TBSCertificate with too few fields")
    _, at, _, stop = fields[index]
    return certificate[at:stop]


def subject(certificate):
    """subject - the subject's Name of a DER certificate, as DER."""
    return _of_certificate(certificate, 4)


def public_key_info(certificate):
    """public_key_info - the SubjectPublicKeyInfo of a DER certificate, as DER."""
    return _of_certificate(certificate, 5)


def key_algorithm(info):
    """key_algorithm - the dotted algorithm identifier of a DER SubjectPublicKeyInfo."""
    _, start, end = element(info)
    _, start, end = element(info, start, end)
    tag, start, end = element(info, start, end)
    if tag != OBJECT_IDENTIFIER:
        raise DerError("no algorithm identifier")
    return dotted(info[start:end])


def dotted(contents):
    """dotted - an object identifier's contents as "2.5.4.3"."""
    numbers = []
    number = 0
    for byte in contents:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    if not numbers or contents[-1] & 0x80:
        raise DerError("no object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first] + numbers[1:]))


def common_name(text):
    """common_name - the Name CN=`text` as DER (UTF8String)."""
    value = encode(UTF8_STRING, text.encode())
    attribute = encode(SEQUENCE, encode(OBJECT_IDENTIFIER, b"\x55\x04\x03") + value)
    return encode(SEQUENCE, encode(SET, attribute))


def _escaped(text):
    """_escaped - an attribute value by RFC 2253, bytes above 0x7f as \\XX."""
    out = []
    last = len(text) - 1
    for i, character in enumerate(text):
        at_an_edge = i == 0 and character in "# " or i == last and character == " "
        if at_an_edge or character in ',+"\\<>;':
            out.append("\\" + character)
        elif " " <= character <= "~":
            out.append(character)
        else:
            out.extend(f"\\{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    return "".join(out)


def _attribute_text(name, at, end):
    """_attribute_text - one AttributeTypeAndValue."""
    tag, start, stop = element(name, at, end)
    fields = elements(name, start, stop)
    if tag != SEQUENCE or len(fields) != 2 or fields[0][0] != OBJECT_IDENTIFIER:
        raise DerError("no AttributeTypeAndValue")
    identifier = dotted(name[fields[0][2] : fields[0][3]])
    tag, offset, start, stop = fields[1]
    attribute, codec = ATTRIBUTES.get(identifier), STRING_CODECS.get(tag)
    if attribute is None or codec is None:
        return f"{attribute or identifier}=#{name[offset:stop].hex().upper()}"
    try:
        return f"{attribute}={_escaped(name[start:stop].decode(codec))}"
    except UnicodeDecodeError:
        raise DerError("a string that its type does not allow") from None


def text(name):
    """text - a DER Name by RFC 2253; DerError if it is none."""
    tag, start, end = element(name)
    if tag != SEQUENCE or end != len(name):
        raise DerError("no Name")
    out = ""
    for tag, _, start, end in reversed(elements(name, start, end)):
        if tag != SET:
            raise DerError("no RelativeDistinguishedName")
        attributes = [
            _attribute_text(name, at, stop) for _, at, _, stop in elements(name, start, end)
        ]
        out += ("," if out else "") + "+".join(reversed(attributes))
    return out
