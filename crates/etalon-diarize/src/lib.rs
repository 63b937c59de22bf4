//! Who speaks on which channel, and how that is known.
