"""Names that imitate others by letters of another script."""

import unicodedata
from functools import lru_cache

# Scripts of which many letters are drawn alike. Han, kana or Arabic beside Latin imitate nothing.
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})


def suspicious_script(name: str) -> str | None:
    """Say, for a reviewer, which word of a name mixes scripts with look-alike letters; else None.

    Whole words in different scripts are normal ("Київ Digital"); one word in two hardly ever is.
    """
    if name.isascii():
        return None
    for word in name.split():
        scripts = sorted({script for letter in word if (script := _script(letter)) in _ALIKE})
        if len(scripts) > 1:
            listed = " and ".join(script.capitalize() for script in scripts)
            return f"“{word}” mixes {listed} letters, which can imitate another name."
    return None


@lru_cache(maxsize=2048)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
