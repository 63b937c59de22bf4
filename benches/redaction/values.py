"""Personal data that nobody has, in the words in which people say it, and what looks like it.

A value is a list of parts: a turn may end between two of them. Lists of names have a seen and an unseen half.
"""

import random

from numerals import cardinal, english_ordinal, english_year, russian_ordinal, russian_year

RU_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
EN_MONTHS = "January February March April May June July August September October November December".split()

HALVES = {
    "seen": {
        "ru_male": [("Иванов", "Иванова", "Ивановым"), ("Кузнецов", "Кузнецова", "Кузнецовым"), ("Лебедев", "Лебедева", "Лебедевым"),
                    ("Никитин", "Никитина", "Никитиным"), ("Ковальчук", "Ковальчука", "Ковальчуком"), ("Шевченко", "Шевченко", "Шевченко")],
        "ru_female": ["Соколова", "Вознесенская", "Ахметова"],
        "en": ["Smith", "Johnson", "Taylor", "Harris"],
        "ru_first": [("Иван", "Ивана", "Иваном"), ("Сергей", "Сергея", "Сергеем"), ("Дмитрий", "Дмитрия", "Дмитрием")],
        "ru_patronymic": [("Петрович", "Петровича", "Петровичем"), ("Сергеевич", "Сергеевича", "Сергеевичем")],
        "ru_female_first": ["Анна", "Ольга", "Наталья"], "ru_female_patronymic": ["Ивановна", "Сергеевна"],
        "en_first": ["John", "Emily", "Michael"],
        "ru_street": ["Ленина", "Абая", "Гагарина", "Садовая"], "en_street": ["Baker", "Elm", "Green"],
        "ru_mail": ["иванов", "саша", "анна"], "en_mail": ["smith", "alex", "kate"],
        "ru_domain": ["мейл", "яндекс"], "en_domain": ["gmail", "yahoo"],
        "area": ["926", "903", "701", "777"], "bank": ["4276", "2202", "5469"],
    },
    "unseen": {
        "ru_male": [("Ермаков", "Ермакова", "Ермаковым"), ("Зайцев", "Зайцева", "Зайцевым"), ("Дорохин", "Дорохина", "Дорохиным"),
                    ("Покровский", "Покровского", "Покровским"), ("Бондаренко", "Бондаренко", "Бондаренко"), ("Сулейменов", "Сулейменова", "Сулейменовым")],
        "ru_female": ["Гришина", "Маслова", "Жуковская"],
        "en": ["Carter", "Williams", "Thompson", "Bennett"],
        "ru_first": [("Алексей", "Алексея", "Алексеем"), ("Руслан", "Руслана", "Русланом"), ("Николай", "Николая", "Николаем")],
        "ru_patronymic": [("Маратович", "Маратовича", "Маратовичем"), ("Андреевич", "Андреевича", "Андреевичем")],
        "ru_female_first": ["Елена", "Гульнара", "Марина"], "ru_female_patronymic": ["Маратовна", "Андреевна"],
        "en_first": ["Sarah", "David", "Laura"],
        "ru_street": ["Баумана", "Розыбакиева", "Зелёная", "Льва Толстого"], "en_street": ["Victoria", "Mill", "Church"],
        "ru_mail": ["петрова", "кирилл", "смирнов"], "en_mail": ["emily", "johnson", "tom"],
        "ru_domain": ["джимейл", "рамблер"], "en_domain": ["outlook", "hotmail"],
        "area": ["916", "495", "812", "707"], "bank": ["4", "2200", "5536"],
    },
}


class Values:
    """Draws values of one half of the names."""

    def __init__(self, chance: random.Random, half: str, language: str):
        self.chance, self.names, self.language = chance, HALVES[half], language

    def digits(self, count: int) -> str:
        return "".join(self.chance.choice("0123456789") for _ in range(count))

    def listed(self, name: str):
        return self.chance.choice(self.names[name])

    def card(self) -> list[str]:
        start = self.listed("bank")
        digits = start + self.digits(15 - len(start))
        return self.groups(digits + luhn_digit(digits), [4, 4, 4, 4])

    def telephone(self) -> list[str]:
        if self.language == "en":
            code = self.chance.choice(["44", "1", "49"])
            parts = self.groups(code + self.digits(10), [len(code), 3, 3, 4])
            return [f"plus {parts[0]}", *parts[1:]]
        start = self.chance.choice(["8", "8", "7"])
        parts = self.groups(start + self.listed("area") + self.digits(7), [1, 3, 3, 2, 2])
        return [f"плюс {parts[0]}", *parts[1:]] if start == "7" else parts

    def passport(self) -> list[str]:
        if self.language == "en":
            return self.groups(self.digits(9), [3, 3, 3])
        series, number = f"45{self.chance.randint(10, 26)}", self.digits(6)
        if self.chance.random() < 0.5:
            return [*self.groups(series, [2, 2]), "номер", *self.groups(number, [3, 3])]
        return self.groups(series + number, [2, 2, 3, 3])

    def snils(self) -> list[str]:
        number = "1" + self.digits(8)
        check = sum(int(digit) * place for digit, place in zip(number, range(9, 0, -1))) % 101 % 100
        return self.groups(f"{number}{check:02}", [3, 3, 3, 2])

    def iin(self) -> list[str]:
        birth = f"{self.chance.randint(50, 99)}{self.chance.randint(1, 12):02}{self.chance.randint(1, 28):02}"
        while True:
            number = f"{birth}{self.chance.choice('34')}{self.digits(4)}"
            sums = [sum(int(digit) * ((place + first) % 11 + 1) for place, digit in enumerate(number)) % 11 for first in (0, 2)]
            check = sums[1] if sums[0] == 10 else sums[0]
            if check < 10:
                return self.groups(f"{number}{check}", [3, 3, 3, 3])

    def email(self) -> list[str]:
        number = cardinal(self.chance.randint(1, 99), self.language)
        if self.language == "en":
            return [f"{self.listed('en_mail')} {number} at {self.listed('en_domain')} dot com"]
        dot = self.chance.choice(["точка ", "нижнее подчёркивание ", ""])
        sign = self.chance.choice(["собака", "собачка"])
        return [f"{self.listed('ru_mail')} {dot}{number} {sign} {self.listed('ru_domain')} точка {self.chance.choice(['ру', 'ком'])}"]

    def address(self) -> list[str]:
        house, flat = (cardinal(self.chance.randint(1, most), self.language) for most in (180, 300))
        if self.language == "en":
            street = self.listed("en_street")
            return [self.chance.choice([f"{house} {street} Street, apartment {flat}", f"{house} {street} Road, flat {flat}", f"{house} {street} Avenue"])]
        street = self.listed("ru_street")
        return [self.chance.choice([
            f"улица {street}, дом {house}, квартира {flat}", f"город Казань, улица {street}, дом {house}, квартира {flat}",
            f"проспект Мира, дом {house}, корпус два, квартира {flat}", f"переулок {street}, {house}"])]

    def birth_date(self) -> list[str]:
        return [self.date_of(self.chance.randint(1940, 2005), True)]

    def date_of(self, year: int, has_year: bool) -> str:
        day, month = self.chance.randint(1, 28), self.chance.randint(1, 12)
        if self.language == "en":
            text = f"{EN_MONTHS[month - 1]} {english_ordinal(day)}"
            return f"{text} {english_year(year)}" if has_year else text
        text = russian_ordinal(day)
        if not has_year:
            return f"{text} {RU_MONTHS[month - 1]}"
        kind = self.chance.randrange(3)
        if kind == 0:
            return f"{text} {russian_ordinal(month)} {russian_year(year)}"
        if kind == 1 and year < 2000:
            return f"{text} {RU_MONTHS[month - 1]} {russian_ordinal(year - 1900)}"
        return f"{text} {RU_MONTHS[month - 1]} {russian_year(year)}"

    def surname(self, form: str) -> str:
        if self.language == "en":
            return self.listed("en")
        return self.listed("ru_female") if form == "female" else self.listed("ru_male")[CASES[form]]

    def full_name(self, form: str) -> list[tuple[str, bool]]:
        """The words of a name, and of each whether it is the family name."""
        surname = (self.surname(form), True)
        if self.language == "en":
            return [(self.listed("en_first"), False), surname]
        if form == "female":
            given = [self.listed("ru_female_first"), self.listed("ru_female_patronymic")]
        else:
            given = [self.listed("ru_first")[CASES[form]], self.listed("ru_patronymic")[CASES[form]]]
        given = [(name, False) for name in given[: 1 if self.chance.random() < 0.35 else 2]]
        return [surname, *given] if self.chance.random() < 0.45 else [*given, surname]

    def near_miss(self, slot: str) -> str:
        """What looks like personal data and is none."""
        say = lambda number: cardinal(number, self.language)
        is_russian = self.language == "ru"
        if slot == "~contract":
            return " ".join(self.groups("2" + self.digits(7), [2, 2, 2, 2]) if self.chance.random() < 0.5 else self.groups("1" + self.digits(9), [2, 2, 3, 3]))
        if slot == "~not_a_card":
            digits = "8" + self.digits(14)
            return " ".join(self.groups(digits + str((int(luhn_digit(digits)) + 3) % 10), [4, 4, 4, 4]))
        if slot == "~bin":
            return " ".join(self.groups(f"{self.chance.randint(10, 24)}{self.chance.randint(1, 12):02}40{self.digits(6)}", [3, 3, 3, 3]))
        if slot == "~code":
            return " ".join(self.groups(self.digits(4), [2, 2]))
        if slot == "~amount":
            return f"{say(self.chance.randint(12, 980) * 100)} {self.chance.choice(['рублей', 'тенге'] if is_russian else ['dollars', 'euros'])}"
        if slot == "~date":
            return self.date_of(self.chance.randint(2019, 2026), self.chance.random() < 0.6)
        if slot == "~time":
            return f"{say(self.chance.randint(8, 20))} {'часов' if is_russian else 'o clock'}"
        if slot == "~percent":
            return f"{say(self.chance.randint(5, 98))} {'процентов' if is_russian else 'percent'}"
        if slot == "~quantity":
            return f"{say(self.chance.randint(5, 20))} {self.chance.choice(['месяцев', 'дней', 'минут'] if is_russian else ['months', 'days', 'minutes'])}"
        raise ValueError(f"unknown slot {slot}")

    def groups(self, digits: str, lengths: list[int]) -> list[str]:
        """Digits in words: one by one, or group by group, with or without a short pause between."""
        one_by_one, comma = self.chance.random() < 0.4, "," if self.chance.random() < 0.5 else ""
        parts, at = [], 0
        for length in lengths:
            group = digits[at : at + length]
            at += length
            parts.append(self.digit_by_digit(group) if one_by_one else self.in_pairs(group))
        return [f"{part}{comma}" for part in parts[:-1]] + parts[-1:]

    def digit_by_digit(self, digits: str) -> str:
        words, at = [], 0
        while at < len(digits):
            digit = digits[at]
            word = "oh" if digit == "0" and self.language == "en" else cardinal(int(digit), self.language)
            if self.language == "en" and digits[at : at + 2] == 2 * digit and self.chance.random() < 0.5:
                words.append("double")
                at += 1
            words.append(word)
            at += 1
        return " ".join(words)

    def in_pairs(self, digits: str) -> str:
        if len(digits) == 4:
            return f"{self.in_pairs(digits[:2])} {self.in_pairs(digits[2:])}"
        rest = digits.lstrip("0")
        words = [cardinal(0, self.language)] * (len(digits) - len(rest))
        return " ".join([*words, *([cardinal(int(rest), self.language)] if rest else [])])


CASES = {"nominative": 0, "female": 0, "genitive": 1, "case": 2}


def luhn_digit(digits: str) -> str:
    """The digit behind these by which the sum of a card's number is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
