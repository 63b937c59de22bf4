"""Word errors, repetitions, and words that stand at a time at which nobody said them."""

from collections import Counter
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

REPETITION_RATIO = 1.3
"""A hypothesis this many times as long as what was said can be a repetition."""
REPETITION_SHARE = 0.6
"""The share of words that come again one period later, in a repetition."""
TOLERANCE_S = 1.0
"""How far from what was said a word may stand."""
FARTHEST_S = 1_000.0
"""Times farther apart than this are equally far, when words are aligned."""


@dataclass
class Errors:
    """Counts over any number of texts."""

    files: int = 0
    words: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    lost: int = 0
    repeated: int = 0

    def add(self, said, heard):
        kinds = Counter(operation.tag for operation in Levenshtein.editops(said, heard))
        self.files += 1
        self.words += len(said)
        self.substitutions += kinds["replace"]
        self.deletions += kinds["delete"]
        self.insertions += kinds["insert"]
        self.lost += bool(said) and not heard
        self.repeated += is_repeated(said, heard)

    @property
    def rate(self):
        return (self.substitutions + self.deletions + self.insertions) / max(self.words, 1)


def is_repeated(said, heard):
    """Whether a text was written twice or more: much longer than what was said, and most of it comes again."""
    return len(heard) >= max(2, REPETITION_RATIO * len(said)) and comes_again(heard) >= REPETITION_SHARE > comes_again(said)


def comes_again(words):
    """The largest share of words that are said again one period later, over the periods up to half the text."""
    shares = (
        sum(now == later for now, later in zip(words, words[period:])) / (len(words) - period) for period in range(1, len(words) // 2 + 1)
    )
    return max(shares, default=0.0)


@dataclass
class Heard:
    """A word of a transcript, with its own time and that of the turn in which it stands, and who is said to have said it."""

    word: str
    start_s: float
    end_s: float
    turn: tuple
    speaker: str = ""


@dataclass
class Said:
    """A word of a reference, with the time of the utterance that it belongs to, and who said it."""

    word: str
    start_s: float
    end_s: float
    speaker: str = ""


@dataclass
class Places:
    """Where the words of transcripts stand."""

    said: int = 0
    found: int = 0
    wrong_turn: int = 0
    moved: int = 0
    wrong_side: int = 0
    examples: list = field(default_factory=list)

    def add(self, said, heard, call=""):
        """Both in order of time; sides count where both have a speaker."""
        self.said += len(said)
        for was, now in aligned(said, heard):
            self.found += 1
            wrong_turn = apart_s(was.start_s, was.end_s, *now.turn) > TOLERANCE_S
            moved_s = apart_s(was.start_s, was.end_s, now.start_s, now.end_s)
            wrong_side = bool(was.speaker and now.speaker and was.speaker != now.speaker)
            self.wrong_turn += wrong_turn
            self.moved += moved_s > TOLERANCE_S
            self.wrong_side += wrong_side
            if wrong_turn or moved_s > TOLERANCE_S:
                self.examples.append((call, was.speaker, was.word, was.start_s, was.end_s, now.start_s, now.turn))


def apart_s(start_s, end_s, other_start_s, other_end_s):
    """Seconds between two stretches of time; 0 where they touch."""
    return max(other_start_s - end_s, start_s - other_end_s, 0.0)


def aligned(said, heard):
    """Pairs of equal words in an alignment with the fewest errors, and among those the one with words nearest in time.

    Only that keeps a word which is said often («press») from being taken for one said elsewhere.
    """
    columns = len(heard) + 1
    costs = [[(0, 0.0)] * columns for _ in range(len(said) + 1)]
    ways = [[""] * columns for _ in range(len(said) + 1)]
    for row in range(len(said) + 1):
        for column in range(columns):
            costs[row][column], ways[row][column] = cheapest(costs, said, heard, row, column)
    return walked_back(ways, said, heard)


def cheapest(costs, said, heard, row, column):
    options = []
    if row and column:
        was, now = said[row - 1], heard[column - 1]
        errors, far = costs[row - 1][column - 1]
        if was.word == now.word:
            far += min(apart_s(was.start_s, was.end_s, now.start_s, now.end_s), FARTHEST_S)
            options.append(((errors, far), "="))
        else:
            options.append(((errors + 1, far), "x"))
    if row:
        errors, far = costs[row - 1][column]
        options.append(((errors + 1, far), "-"))
    if column:
        errors, far = costs[row][column - 1]
        options.append(((errors + 1, far), "+"))
    return min(options, default=((0, 0.0), ""))


def walked_back(ways, said, heard):
    pairs, row, column = [], len(said), len(heard)
    while row or column:
        way = ways[row][column]
        if way == "=":
            pairs.append((said[row - 1], heard[column - 1]))
        row -= way in "=x-"
        column -= way in "=x+"
    return pairs[::-1]
