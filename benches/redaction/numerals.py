"""Numbers as people say them in Russian and English, and what a number word is worth."""

RU_UNITS = "ноль один два три четыре пять шесть семь восемь девять".split()
RU_TEENS = (
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
).split()
RU_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто".split()
RU_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот".split()
RU_ORDINALS = (
    "нулевого первого второго третьего четвёртого пятого шестого седьмого восьмого девятого десятого одиннадцатого "
    "двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого"
).split()
RU_TENTHS = (
    "двадцатого тридцатого сорокового пятидесятого шестидесятого семидесятого восьмидесятого девяностого"
).split()
EN_UNITS = "zero one two three four five six seven eight nine".split()
EN_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
EN_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()


def cardinal(number: int, language: str) -> str:
    """A number from 0 to 999 999 in words."""
    return " ".join(_russian(number) if language == "ru" else _english(number))


def _russian(number: int) -> list[str]:
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        words = ["одна", "две"][thousands % 10 - 1 : thousands % 10] if thousands in (1, 2) else _russian(thousands)
        unit = {1: "тысяча", 2: "тысячи", 3: "тысячи", 4: "тысячи"}.get(0 if thousands % 100 in range(11, 15) else thousands % 10, "тысяч")
        return [*words, unit, *(_russian(rest) if rest else [])]
    words = []
    if number >= 100:
        words.append(RU_HUNDREDS[number // 100 - 1])
    return words + _below_hundred(number, RU_UNITS, RU_TEENS, RU_TENS)


def _english(number: int) -> list[str]:
    if number >= 1000:
        return [*_english(number // 1000), "thousand", *(_english(number % 1000) if number % 1000 else [])]
    words = []
    if number >= 100:
        words += [EN_UNITS[number // 100], "hundred"]
    return words + _below_hundred(number, EN_UNITS, EN_TEENS, EN_TENS)


def _below_hundred(number: int, units: list[str], teens: list[str], tens: list[str]) -> list[str]:
    rest = number % 100
    if rest == 0:
        return [units[0]] if number == 0 else []
    if rest < 10:
        return [units[rest]]
    if rest < 20:
        return [teens[rest - 10]]
    return [tens[rest // 10 - 2], *([units[rest % 10]] if rest % 10 else [])]


def russian_ordinal(number: int) -> str:
    """An ordinal from 1 to 99 in the genitive: «двадцать пятого»."""
    if number < 20:
        return RU_ORDINALS[number]
    if number % 10 == 0:
        return RU_TENTHS[number // 10 - 2]
    return f"{RU_TENS[number // 10 - 2]} {RU_ORDINALS[number % 10]}"


def russian_year(year: int) -> str:
    if year == 2000:
        return "двухтысячного"
    if year > 2000:
        return f"две тысячи {russian_ordinal(year - 2000)}"
    return f"тысяча девятьсот {russian_ordinal(year - 1900)}"


def english_ordinal(number: int) -> str:
    if number < 20:
        return EN_ORDINALS[number]
    if number % 10 == 0:
        return EN_TENS[number // 10 - 2][:-1] + "ieth"
    return f"{EN_TENS[number // 10 - 2]} {EN_ORDINALS[number % 10]}"


def english_year(year: int) -> str:
    if year >= 2000:
        return cardinal(year, "en")
    return f"{cardinal(year // 100, 'en')} {cardinal(year % 100, 'en')}"


def _values() -> dict[str, int]:
    values = {"тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "thousand": 1000, "hundred": 100, "oh": 0, "одна": 1, "две": 2}
    values |= {"нуль": 0, "двухтысячного": 2000}
    for units, teens, tens in ((RU_UNITS, RU_TEENS, RU_TENS), (EN_UNITS, EN_TEENS, EN_TENS)):
        values |= {word: value for value, word in enumerate([*units, *teens])}
        values |= {word: 20 + 10 * place for place, word in enumerate(tens)}
    values |= {word: 100 + 100 * place for place, word in enumerate(RU_HUNDREDS)}
    values |= {word: value for value, word in enumerate(RU_ORDINALS)}
    values |= {word: 20 + 10 * place for place, word in enumerate(RU_TENTHS)}
    values |= {word: value for value, word in enumerate(EN_ORDINALS)}
    return {word.replace("ё", "е"): value for word, value in values.items()}


VALUES = _values()
"""What each number word is worth; «е» stands for «ё»."""


def digits_said(words: list[str]) -> str:
    """The digits of words, numbers that go on («девятьсот двадцать пять») composed to one: «восемь девятьсот» is 8900."""
    digits, open_value, room = "", None, 0
    for word in words:
        word = word.lower().replace("ё", "е").strip(".,!?:;…-()")
        figures = "".join(character for character in word if character.isdigit())
        value = VALUES.get(word)
        if word in ("hundred", "thousand") and open_value:
            open_value, room = open_value * value, value
            continue
        if value is not None and open_value is not None and 0 < value < room:
            open_value += value
            room = _room(value)
            continue
        if open_value is not None:
            digits += str(open_value)
            open_value = None
        if figures:
            digits += figures
        elif value is not None:
            open_value, room = value, _room(value)
    return digits + ("" if open_value is None else str(open_value))


def _room(value: int) -> int:
    """What must be below this to be added: 900 takes 25, 20 takes 5, 15 takes nothing."""
    for unit in (1000, 100, 10):
        if value and value % unit == 0 and value > unit * (1 if unit == 10 else 0):
            return unit
    return 0


def is_number(word: str) -> bool:
    word = word.lower().replace("ё", "е").strip(".,!?:;…-()")
    return word in VALUES or any(character.isdigit() for character in word)
