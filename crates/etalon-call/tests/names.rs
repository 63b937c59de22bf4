//! Each value of the contract has one name in all places.

use etalon_call::{
    ConversationKind, Direction, Layout, LayoutSource, OverlapClass, RemovalReason, Role, Severity, Stage,
    UnknownName, Verdict, alternatives,
};
use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};
use std::fmt::Debug;
use std::str::FromStr;

fn check<'de, T>(values: &[T], names: &[&'static str], name: fn(T) -> &'static str)
where
    T: Copy + Debug + PartialEq + FromStr<Err = UnknownName> + Deserialize<'de>,
{
    assert_eq!(values.len(), names.len());
    for (value, written) in values.iter().zip(names) {
        assert_eq!(name(*value), *written);
        assert_eq!(written.parse(), Ok(*value));
        let in_file: StrDeserializer<'_, Error> = written.into_deserializer();
        assert_eq!(T::deserialize(in_file), Ok(*value));
    }
    assert_eq!("no such name".parse::<T>().map_err(|error| error.known), Err(names));
}

#[test]
fn a_value_has_one_name_in_files_and_in_code() {
    check(&ConversationKind::ALL, ConversationKind::NAMES, ConversationKind::name);
    check(&Direction::ALL, Direction::NAMES, Direction::name);
    check(&Layout::ALL, Layout::NAMES, Layout::name);
    check(&LayoutSource::ALL, LayoutSource::NAMES, LayoutSource::name);
    check(&OverlapClass::ALL, OverlapClass::NAMES, OverlapClass::name);
    check(&RemovalReason::ALL, RemovalReason::NAMES, RemovalReason::name);
    check(&Role::ALL, Role::NAMES, Role::name);
    check(&Severity::ALL, Severity::NAMES, Severity::name);
    check(&Stage::ALL, Stage::NAMES, Stage::name);
    check(&Verdict::ALL, Verdict::NAMES, Verdict::name);
}

#[test]
fn names_read_as_a_choice() {
    for (names, expected) in [(&["a"][..], "a"), (&["a", "b"], "a or b"), (&["a", "b", "c"], "a, b or c")] {
        assert_eq!(alternatives(names), expected);
    }
}
