//! Number words: Russian in all cases and as ordinals, the basic ones of Kazakh and English.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The role of a word in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A number that is added, thousandths («полтора» is 1500); an ordinal ends the number.
    Part { thousandths: u64, ordinal: bool },
    /// The hundred of English and Kazakh, which follows its count («two hundred»).
    Hundred,
    /// Thousand and above: a factor of the number before it.
    Multiplier { factor: u64, ordinal: bool },
    /// The same in the genitive plural («тысяч»): without a number before it, a factor of the
    /// number after it («тысяч пять»).
    CountedMultiplier { factor: u64 },
}

/// What a word means as a number, if it is one.
///
/// «семью» is no number: in a call it is the family. «он» is ten in Kazakh and he in Russian, see
/// [`is_kazakh`].
pub(crate) fn meaning(word: &str) -> Option<Meaning> {
    MEANINGS.get(word).copied()
}

/// Whether a word multiplies the number before it.
pub(crate) fn is_multiplier(word: &str) -> bool {
    matches!(
        meaning(word),
        Some(Meaning::Multiplier { .. } | Meaning::CountedMultiplier { .. } | Meaning::Hundred)
    )
}

/// Whether a word can only be Kazakh and belongs to numbers, so that «он» beside it is ten.
pub(crate) fn is_kazakh(word: &str) -> bool {
    word == "жүз"
        || word == "мың"
        || word == "теңге"
        || KAZAKH.iter().any(|(_, words)| words.split(' ').any(|kazakh| kazakh == word))
}

/// Ten in Kazakh, he in Russian.
pub(crate) const KAZAKH_TEN: &str = "он";

/// Whether a word names a currency.
pub(crate) fn is_currency(word: &str) -> bool {
    ["рубл", "тенге", "теңге", "доллар", "евро", "ruble", "tenge", "dollar", "euro"]
        .iter()
        .any(|beginning| word.starts_with(beginning))
}

/// Whether a word marks the number before it as a day («ноября», «числа»).
pub(crate) fn is_month(word: &str) -> bool {
    matches!(
        word,
        "января"
            | "февраля"
            | "марта"
            | "апреля"
            | "мая"
            | "июня"
            | "июля"
            | "августа"
            | "сентября"
            | "октября"
            | "ноября"
            | "декабря"
            | "числа"
    )
}

/// The currency that an abbreviation after a number stands for.
pub(crate) fn currency_in_full(abbreviation: &str) -> Option<&'static str> {
    match abbreviation {
        "р" | "руб" => Some("рублей"),
        "тг" | "тнг" => Some("тенге"),
        "коп" => Some("копеек"),
        _ => None,
    }
}

/// Whether letters after digits are the ending of a number word («5-го», «10-ти», «28-мой», «5th»).
pub(crate) fn is_ending(letters: &str) -> bool {
    ENDINGS_OF_DIGITS.split(' ').any(|ending| ending == letters)
}

const ENDINGS_OF_DIGITS: &str = "й ый ий ой я ая ья е ое ье ые ьи го ого его ьего му ому ему ьему м ым им ом ем ьем х ых их ух \
     ех ми ыми ими мя ю ую ью и ти тью ть мой вой рой той тый тий того мого вого рого ші шы st nd rd th";

static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for (value, words) in CARDINALS.iter().chain(ENGLISH).chain(KAZAKH) {
        insert(&mut meanings, words, Meaning::Part { thousandths: value * 1000, ordinal: false });
    }
    for (value, words) in ORDINALS {
        insert(&mut meanings, words, Meaning::Part { thousandths: value * 1000, ordinal: true });
    }
    for (value, stem) in ORDINAL_STEMS {
        let meaning = Meaning::Part { thousandths: value * 1000, ordinal: true };
        insert(&mut meanings, &with_adjective_endings(stem), meaning);
    }
    for (factor, words) in MULTIPLIERS {
        insert(&mut meanings, words, Meaning::Multiplier { factor: *factor, ordinal: false });
    }
    for (factor, stem) in MULTIPLIER_ORDINAL_STEMS {
        let meaning = Meaning::Multiplier { factor: *factor, ordinal: true };
        insert(&mut meanings, &with_adjective_endings(stem), meaning);
    }
    for (factor, words) in COUNTED_MULTIPLIERS {
        insert(&mut meanings, words, Meaning::CountedMultiplier { factor: *factor });
    }
    for (value, words) in HALVES {
        insert(&mut meanings, words, Meaning::Part { thousandths: value * 1000, ordinal: false });
    }
    insert(&mut meanings, "полтора полторы полутора", Meaning::Part { thousandths: 1500, ordinal: false });
    insert(&mut meanings, "hundred hundreds жүз", Meaning::Hundred);
    meanings
});

fn insert(meanings: &mut HashMap<String, Meaning>, words: &str, meaning: Meaning) {
    meanings.extend(words.split_whitespace().map(|word| (word.to_owned(), meaning)));
}

fn with_adjective_endings(stem: &str) -> String {
    "ый ой ая ое ые ого ому ым ых ыми ом ую ою"
        .split(' ')
        .map(|ending| format!("{stem}{ending}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Russian cardinals in all cases.
const CARDINALS: &[(u64, &str)] = &[
    (0, "ноль нуль ноля нуля нолю нулю нолем нулем ноле нуле"),
    (1, "один одного одному одним одном одна одной одну одною одно"),
    (2, "два две двух двум двумя"),
    (3, "три трех трем тремя"),
    (4, "четыре четырех четырем четырьмя"),
    (5, "пять пяти пятью"),
    (6, "шесть шести шестью"),
    (7, "семь семи"),
    (8, "восемь восьми восемью восьмью"),
    (9, "девять девяти девятью"),
    (10, "десять десяти десятью"),
    (11, "одиннадцать одиннадцати одиннадцатью"),
    (12, "двенадцать двенадцати двенадцатью"),
    (13, "тринадцать тринадцати тринадцатью"),
    (14, "четырнадцать четырнадцати четырнадцатью"),
    (15, "пятнадцать пятнадцати пятнадцатью"),
    (16, "шестнадцать шестнадцати шестнадцатью"),
    (17, "семнадцать семнадцати семнадцатью"),
    (18, "восемнадцать восемнадцати восемнадцатью"),
    (19, "девятнадцать девятнадцати девятнадцатью"),
    (20, "двадцать двадцати двадцатью"),
    (30, "тридцать тридцати тридцатью"),
    (40, "сорок сорока"),
    (50, "пятьдесят пятидесяти пятьюдесятью"),
    (60, "шестьдесят шестидесяти шестьюдесятью"),
    (70, "семьдесят семидесяти семьюдесятью"),
    (80, "восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью"),
    (90, "девяносто девяноста"),
    (100, "сто ста"),
    (150, "полтораста полутораста"),
    (200, "двести двухсот двумстам двумястами двухстах"),
    (300, "триста трехсот тремстам тремястами трехстах"),
    (400, "четыреста четырехсот четыремстам четырьмястами четырехстах"),
    (500, "пятьсот пятисот пятистам пятьюстами пятистах"),
    (600, "шестьсот шестисот шестистам шестьюстами шестистах"),
    (700, "семьсот семисот семистам семьюстами семистах"),
    (800, "восемьсот восьмисот восьмистам восемьюстами восьмьюстами восьмистах"),
    (900, "девятьсот девятисот девятистам девятьюстами девятистах"),
];

const ORDINAL_STEMS: &[(u64, &str)] = &[
    (0, "нулев"),
    (1, "перв"),
    (2, "втор"),
    (4, "четверт"),
    (5, "пят"),
    (6, "шест"),
    (7, "седьм"),
    (8, "восьм"),
    (9, "девят"),
    (10, "десят"),
    (11, "одиннадцат"),
    (12, "двенадцат"),
    (13, "тринадцат"),
    (14, "четырнадцат"),
    (15, "пятнадцат"),
    (16, "шестнадцат"),
    (17, "семнадцат"),
    (18, "восемнадцат"),
    (19, "девятнадцат"),
    (20, "двадцат"),
    (30, "тридцат"),
    (40, "сороков"),
    (50, "пятидесят"),
    (60, "шестидесят"),
    (70, "семидесят"),
    (80, "восьмидесят"),
    (90, "девяност"),
    (100, "сот"),
    (200, "двухсот"),
    (300, "трехсот"),
    (400, "четырехсот"),
    (500, "пятисот"),
    (600, "шестисот"),
    (700, "семисот"),
    (800, "восьмисот"),
    (900, "девятисот"),
    (2000, "двухтысячн"),
];

/// Ordinals that do not follow the adjective: the third in Russian, all of English and Kazakh.
const ORDINALS: &[(u64, &str)] = &[
    (1, "first бірінші"),
    (2, "second екінші"),
    (
        3,
        "третий третья третье третьи третьего третьему третьим третьем третьей третью третьих третьими third үшінші",
    ),
    (4, "fourth төртінші"),
    (5, "fifth бесінші"),
    (6, "sixth алтыншы"),
    (7, "seventh жетінші"),
    (8, "eighth сегізінші"),
    (9, "ninth тоғызыншы"),
    (10, "tenth оныншы"),
    (11, "eleventh"),
    (12, "twelfth"),
    (13, "thirteenth"),
    (14, "fourteenth"),
    (15, "fifteenth"),
    (16, "sixteenth"),
    (17, "seventeenth"),
    (18, "eighteenth"),
    (19, "nineteenth"),
    (20, "twentieth жиырмасыншы"),
    (30, "thirtieth отызыншы"),
];

const MULTIPLIERS: &[(u64, &str)] = &[
    (
        1_000,
        "тысяча тысячи тысяче тысячу тысячей тысячею тысячью тысячам тысячами тысячах тыща тыщи тыщу тыс \
         thousand thousands мың",
    ),
    (
        1_000_000,
        "миллион миллиона миллиону миллионом миллионе миллионы миллионам миллионами миллионах млн \
         million millions",
    ),
    (
        1_000_000_000,
        "миллиард миллиарда миллиарду миллиардом миллиарде миллиарды миллиардам миллиардами миллиардах \
         млрд billion billions",
    ),
];

/// Multipliers in the genitive plural.
const COUNTED_MULTIPLIERS: &[(u64, &str)] =
    &[(1_000, "тысяч тыщ"), (1_000_000, "миллионов"), (1_000_000_000, "миллиардов")];

/// Halves of multipliers in one word.
const HALVES: &[(u64, &str)] = &[
    (500, "полтысячи полтыщи полутысячи"),
    (500_000, "полмиллиона полумиллиона"),
    (500_000_000, "полмиллиарда полумиллиарда"),
];

/// Half of the multiplier after it («пол тысячи»); otherwise «floor» or «sex».
pub(crate) const HALF: &str = "пол";

const MULTIPLIER_ORDINAL_STEMS: &[(u64, &str)] =
    &[(1_000, "тысячн"), (1_000_000, "миллионн"), (1_000_000_000, "миллиардн")];

const ENGLISH: &[(u64, &str)] = &[
    (0, "zero"),
    (1, "one"),
    (2, "two"),
    (3, "three"),
    (4, "four"),
    (5, "five"),
    (6, "six"),
    (7, "seven"),
    (8, "eight"),
    (9, "nine"),
    (10, "ten"),
    (11, "eleven"),
    (12, "twelve"),
    (13, "thirteen"),
    (14, "fourteen"),
    (15, "fifteen"),
    (16, "sixteen"),
    (17, "seventeen"),
    (18, "eighteen"),
    (19, "nineteen"),
    (20, "twenty"),
    (30, "thirty"),
    (40, "forty"),
    (50, "fifty"),
    (60, "sixty"),
    (70, "seventy"),
    (80, "eighty"),
    (90, "ninety"),
];

const KAZAKH: &[(u64, &str)] = &[
    (0, "нөл"),
    (1, "бір"),
    (2, "екі"),
    (3, "үш"),
    (4, "төрт"),
    (5, "бес"),
    (6, "алты"),
    (7, "жеті"),
    (8, "сегіз"),
    (9, "тоғыз"),
    (20, "жиырма"),
    (30, "отыз"),
    (40, "қырық"),
    (50, "елу"),
    (60, "алпыс"),
    (70, "жетпіс"),
    (80, "сексен"),
    (90, "тоқсан"),
];
