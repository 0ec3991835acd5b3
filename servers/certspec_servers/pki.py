"""pki - the test certificates and keys of a folder, by the names of its index.json."""

import binascii
import hashlib
import json
import os
from functools import lru_cache

from cryptography.hazmat.primitives import serialization

from . import distinguished_names
from .ca_lists import CaLists
from .client_messages import RawPublicKey

BEGIN, END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


class PkiError(Exception):
    """The folder cannot be used; the text names file and cause."""


def _der_of(path):
    """_der_of - the first certificate of a PEM file."""
    try:
        with open(path, "rb") as file:
            pem = file.read()
    except OSError as error:
        raise PkiError(f"{path}: {error.strerror}") from None
    _, begin, rest = pem.partition(BEGIN)
    base64, end, _ = rest.partition(END)
    if not begin or not end:
        raise PkiError(f"{path}: no certificate in PEM")
    try:
        return binascii.a2b_base64(base64)
    except binascii.Error as error:
        raise PkiError(f"{path}: {error}") from None


class Pki:
    """Certificates as DER, read at once; private keys and subjects at first use.

    Where several certificates have the same subject, the first of index.json gives its name.
    `ca_lists`: the CaLists of the folder of that name beside this one.
    """

    def __init__(self, folder):
        self._folder = folder
        self.ca_lists = CaLists(os.path.join(os.path.abspath(folder), os.pardir, "ca_lists"))
        path = os.path.join(folder, "index.json")
        try:
            with open(path, encoding="utf-8") as file:
                self._entries = json.load(file)["certificates"]
        except OSError as error:
            raise PkiError(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise PkiError(f"{path}: no index of certificates ({error})") from None
        self._ders = {
            name: _der_of(os.path.join(folder, entry["certificate"]))
            for name, entry in self._entries.items()
        }
        self._names = {}
        for name, der in self._ders.items():
            self._names.setdefault(der, name)
        self._keys = {}
        self._subjects = None

    def __contains__(self, name):
        return name in self._ders

    def has_key(self, name):
        """has_key - whether a certificate's private key is there too."""
        return bool(self._entries[name].get("key"))

    def certificate(self, name):
        """certificate - the DER of the certificate called `name`."""
        return self._ders[name]

    def key(self, name):
        """key - the private key of the certificate called `name`, as an object of cryptography."""
        key = self._keys.get(name)
        if key is None:
            path = os.path.join(self._folder, self._entries[name]["key"])
            with open(path, "rb") as file:
                key = serialization.load_pem_private_key(file.read(), None)
            self._keys[name] = key
        return key

    def subject(self, name):
        """subject - the DER Name of the subject of the certificate called `name`."""
        return distinguished_names.subject(self._ders[name])

    def name_of_certificate(self, der):
        """name_of_certificate - the PKI name of a certificate, else "sha256:…"; of a RawPublicKey
        what name_of_raw_public_key says."""
        if isinstance(der, RawPublicKey):
            return self.name_of_raw_public_key(der)
        name = self._names.get(der)
        return name if name is not None else "sha256:" + hashlib.sha256(der).hexdigest()

    def name_of_raw_public_key(self, info):
        """name_of_raw_public_key - "NAME:public" for the first certificate that has the DER
        SubjectPublicKeyInfo, else "sha256:…"."""
        for name, der in self._ders.items():
            if distinguished_names.public_key_info(der) == info:
                return f"{name}:public"
        return "sha256:" + hashlib.sha256(info).hexdigest()

    @lru_cache(maxsize=4096)
    def name_of_subject(self, name):
        """name_of_subject - how a DER Name is written in observations: the PKI name of the first
        certificate with that subject, else its RFC 2253 text, else "#" and its bytes in hex."""
        if self._subjects is None:
            subjects = {}
            for known, der in self._ders.items():
                subjects.setdefault(distinguished_names.subject(der), known)
            self._subjects = subjects
        known = self._subjects.get(name)
        if known is not None:
            return known
        try:
            return distinguished_names.text(name)
        except distinguished_names.DerError:
            return "#" + name.hex()
