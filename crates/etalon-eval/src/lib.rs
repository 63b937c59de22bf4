//! Results against labelled calls: words, speech activity, events, verdicts.
