//! One call through every stage, and a night of calls in parallel.
