//! The model that travels with etalon, and the registry of those that can be had.
