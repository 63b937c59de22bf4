//! Recordings into samples, whatever a PBX wrote.
