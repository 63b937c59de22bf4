"""What the scorer must see: python -m unittest, in this folder."""

import unittest

from scoring import Errors, Heard, Places, Said, is_repeated
from spelling import words


class Repetitions(unittest.TestCase):
    def test_written_twice(self):
        for said, heard, expected in [
            ("активировано", "активировано активировано", True),
            ("нажмите решетку", "нажмите решетку нажмите решетку нажмите решетку", True),
            ("da da", "da da", False),
            ("да да да", "да да да да да да", False),
            ("press one", "press one to listen to it", False),
            ("нажмите ноль для связи с оператором", "нажмите ноль для связи нажмите ноль для связи", True),
            ("one", "one", False),
            ("thank you", "", False),
            ("a b c d", "a b c d a b x d", True),
        ]:
            with self.subTest(said=said, heard=heard):
                self.assertEqual(is_repeated(said.split(), heard.split()), expected)


class Words(unittest.TestCase):
    def test_one_spelling(self):
        for text, language, expected in [
            ("Нажмите 1, затем решётку.", "ru", "нажмите один затем решетку"),
            ("Presione 2: Extensión", "es", "presione dos extension"),
            ("L'appel d'été", "fr", "l appel d ete"),
            ("Мой", "ru", "мой"),
            ("Что бы выйти", "ru", "чтобы выйти"),
            ("21", "en", "twenty one"),
            ("007", "en", "zero zero seven"),
            ("28.8", "it", "ventotto otto"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(" ".join(words(text, language)), expected)

    def test_errors(self):
        errors = Errors()
        errors.add("a b c".split(), "a x c d".split())
        errors.add("a b".split(), [])
        counts = (errors.substitutions, errors.deletions, errors.insertions, errors.lost, errors.words, errors.files)
        self.assertEqual(counts, (1, 2, 1, 1, 5, 2))


def said(text, start_s, end_s, speaker="agent"):
    return [Said(word, start_s, end_s, speaker) for word in text.split()]


def heard(text, start_s, end_s, turn=None, speaker="agent"):
    return [Heard(word, start_s, end_s, turn or (start_s, end_s), speaker) for word in text.split()]


class PlacesOfWords(unittest.TestCase):
    def check(self, heard, wrong_turn=0, moved=0, wrong_side=0, found=5):
        places = Places()
        places.add(said("who is it", 0, 1) + said("one moment", 10, 11), heard)
        self.assertEqual((places.wrong_turn, places.moved, places.wrong_side, places.found), (wrong_turn, moved, wrong_side, found))

    def test_in_its_place(self):
        self.check(heard("who is it", 0, 1) + heard("one moment", 10, 11))

    def test_last_word_in_the_next_turn(self):
        self.check(heard("who is", 0, 1) + heard("it one moment", 10, 11), wrong_turn=1, moved=1)

    def test_moved_inside_one_turn(self):
        turn = (0, 11)
        self.check(heard("who is", 0, 1, turn) + heard("it one moment", 10, 11, turn), moved=1)

    def test_other_side(self):
        self.check(heard("who is it", 0, 1) + heard("one moment", 10, 11, speaker="client"), wrong_side=2)

    def test_word_said_twice_and_heard_once_is_the_nearer(self):
        places = Places()
        places.add(said("yes", 0, 1) + said("yes", 30, 31), heard("yes", 30, 31))
        self.assertEqual((places.found, places.wrong_turn, places.moved), (1, 0, 0))


if __name__ == "__main__":
    unittest.main()
