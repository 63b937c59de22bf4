"""Text into word pieces, as crates/etalon-acts/src/tokenizer.rs cuts it."""

import re

CLS, PAD, SEP, UNKNOWN = range(4)
FIRST_TEXT = 4
PIECES_AT_MOST = 62
UNKNOWN_PENALTY = 10.0

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
KAZAKH = "әғқңөұүһі"
SIGNS = re.compile(r"[0-9]{1,4}|[.,!?:;%+\-*/()№₽₸$€@#&=]+")
ENGLISH = re.compile(r"[a-z']+")


def normalized(text: str) -> str:
    """Case, quotation marks and the dots of «ё» do not reach the model."""
    text = text.lower().replace("ё", "е")
    text = re.sub("[«»“”„\"‘’`\u0301\u0307]", "", text)
    return re.sub(r"\s+", " ", re.sub("[—–]", "-", text).replace("…", "...")).strip()


def kept(pieces: list[str], english: set[str]) -> list[int]:
    """The pieces of a vocabulary that Russian, Kazakh and English calls need."""

    def is_needed(piece: str) -> bool:
        body = piece.lstrip("▁")
        if body != body.lower():
            return False
        cyrillic = all(letter in RUSSIAN + KAZAKH for letter in body)
        latin = ENGLISH.fullmatch(body) and (len(body) == 1 or piece in english)
        return bool(cyrillic or latin or SIGNS.fullmatch(body))

    return [*range(FIRST_TEXT), *(i for i, piece in enumerate(pieces) if i >= FIRST_TEXT and is_needed(piece))]


class Tokenizer:
    """The most probable pieces of each word (Kudo 2018)."""

    def __init__(self, pieces: list[str], scores: list[float]) -> None:
        self.known = {piece: (i, scores[i]) for i, piece in enumerate(pieces) if i >= FIRST_TEXT}
        self.longest = max(map(len, self.known))
        self.unknown_score = min(score for _, score in self.known.values()) - UNKNOWN_PENALTY
        self.words: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        pieces = [piece for word in normalized(text).split(" ") if word for piece in self.word(word)]
        return [CLS, *pieces[:PIECES_AT_MOST], SEP]

    def word(self, word: str) -> list[int]:
        if word not in self.words:
            self.words[word] = self.cut("▁" + word)
        return self.words[word]

    def cut(self, letters: str) -> list[int]:
        best = [(float("-inf"), 0, UNKNOWN)] * (len(letters) + 1)
        best[0] = (0.0, 0, UNKNOWN)
        for start in range(len(letters)):
            here = best[start][0]
            ends = range(start + 1, min(len(letters), start + self.longest) + 1)
            offers = [(end, *self.known[letters[start:end]]) for end in ends if letters[start:end] in self.known]
            for end, number, score in [*offers, (start + 1, UNKNOWN, self.unknown_score)]:
                if here + score > best[end][0]:
                    best[end] = (here + score, start, number)
        pieces, position = [], len(letters)
        while position:
            _, position, number = best[position]
            pieces.append(number)
        return pieces[::-1]
