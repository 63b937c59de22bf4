"""One spelling for the words of five languages, so that writing is not taken for hearing.

Lower case, no accents (the Spanish texts leave theirs out), ё as е, punctuation and apostrophes part words, and digits become the
words of the language. What is written both in one word and in two is one.
"""

import re
import unicodedata

from num2words import num2words

ONE_WORD = {"ru": {"что бы": "чтобы"}, "en": {"voice mail": "voicemail"}}
LONGEST_NUMBER = 6
"""Digits; longer ones are read digit by digit."""


def words(text, language):
    text = re.sub(r"\d+", lambda digits: f" {spoken(digits.group(), language)} ", text)
    found = " ".join(re.findall(r"[^\W\d_]+", plain(text.lower())))
    for apart, together in ONE_WORD.get(language, {}).items():
        found = re.sub(rf"\b{apart}\b", together, found)
    return found.split()


def spoken(digits, language):
    if len(digits) > LONGEST_NUMBER or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(num2words(int(digit), lang=language) for digit in digits)
    return num2words(int(digits), lang=language)


def plain(text):
    """Without the marks on Latin letters; й stays, ё becomes е."""
    text = text.replace("ё", "е")
    apart = (unicodedata.normalize("NFD", letter) if letter < "Ѐ" else letter for letter in unicodedata.normalize("NFC", text))
    return "".join(letter for letter in "".join(apart) if not unicodedata.combining(letter))
