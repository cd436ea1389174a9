"""What an installation protects accounts with: the cost of a password, the key for secrets."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from alliance.accounts.operations.passwords import Cost

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Safeguards:
    """`cost` of each password hash; `key` (256 bits) seals the secrets of code generators."""

    cost: Cost
    key: bytes = field(repr=False)

    @classmethod
    def derived(cls, secret_key: str, *, memory_kib: int, rounds: int) -> "Safeguards":
        """From the installation's secret key, which signs cookies and seals by another key."""
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"alliance second factors")
        return cls(Cost(memory_kib, rounds), kdf.derive(secret_key.encode()))

    def sealed(self, secret: str) -> bytes:
        """A secret as it is stored."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, secret.encode(), None)

    def opened(self, stored: bytes) -> str | None:
        """The secret again; None when it was sealed under another key."""
        nonce, kept = stored[:_NONCE_BYTES], stored[_NONCE_BYTES:]
        try:
            return AESGCM(self.key).decrypt(nonce, kept, None).decode()
        except InvalidTag:
            return None
