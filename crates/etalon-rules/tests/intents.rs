//! The intents of the packs on sentences that no pack has.

use etalon_rules::{Intent, Pack, built_in, built_in_ids};

/// Sentences in other words, and sentences that look alike and mean something else.
const UNSEEN: &str = include_str!("intents.toml");

/// Of the sentences of each intent: those found, all, false alarms, all that could have been.
fn counts(intent: &Intent, unseen: &toml::Table) -> [usize; 4] {
    let sentences = |key: &str| -> Vec<&str> {
        let table = unseen[intent.name()].as_table().expect("a table");
        table[key].as_array().expect("a list").iter().filter_map(toml::Value::as_str).collect()
    };
    let found = |sentences: &[&str]| {
        let similarity =
            |sentence: &&&str| intent.similarity_of(sentence).expect("the model") >= intent.threshold();
        sentences.iter().filter(similarity).count()
    };
    let (said, other) = (sentences("said"), sentences("other"));
    [found(&said), said.len(), found(&other), other.len()]
}

#[test]
fn intents_are_found_in_other_words_and_seldom_where_they_are_not() {
    let unseen: toml::Table = UNSEEN.parse().expect("TOML");
    let packs: Vec<Pack> = built_in_ids()
        .iter()
        .filter_map(|id| built_in(id).map(|source| Pack::parse(source, id).expect(id)))
        .collect();
    let mut sums = [0; 4];
    for intent in packs.iter().flat_map(Pack::intents) {
        let counts = counts(intent, &unseen);
        assert!(counts[0] * 5 >= counts[1] * 2, "{}: {counts:?}", intent.name());
        assert!(counts[2] <= 1, "{}: {counts:?}", intent.name());
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    assert!(sums[0] * 20 >= sums[1] * 13, "found, all, false, all: {sums:?}");
    assert!(sums[2] * 20 <= sums[3], "found, all, false, all: {sums:?}");
}
