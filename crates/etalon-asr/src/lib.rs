//! Speech into words with times, inside known speech activity.
