//! The numbers of packed weights, which several processes may share.

use bytes::Bytes;
use std::ops::Deref;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Numbers, or lines of them, in the order in which they are read: own ones, or a part of bytes
/// that somebody else holds too, such as a file mapped into several processes.
#[derive(Debug, Clone)]
pub struct Numbers<T> {
    /// In use where none are shared.
    own: Vec<T>,
    /// Found to be whole numbers at an address where they may lie.
    shared: Option<Bytes>,
}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Clone> Numbers<T> {
    /// Numbers that lie in `bytes` as this processor has them in memory. None where the bytes are
    /// no whole numbers, or begin at an address where they may not lie.
    pub fn shared(bytes: Bytes) -> Option<Self> {
        <[T]>::ref_from_bytes(&bytes).is_ok().then_some(Self { own: Vec::new(), shared: Some(bytes) })
    }

    /// What [`Numbers::shared`] reads.
    pub fn as_bytes(&self) -> &[u8] {
        self.shared.as_deref().unwrap_or_else(|| self.own.as_slice().as_bytes())
    }

    /// The numbers to be changed; shared ones are copied first.
    pub(crate) fn to_mut(&mut self) -> &mut Vec<T> {
        if self.shared.is_some() {
            self.own = self.to_vec();
            self.shared = None;
        }
        &mut self.own
    }
}

impl<T: FromBytes + Immutable + KnownLayout> Deref for Numbers<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.shared {
            // `Numbers::shared` has found that they can be read.
            Some(bytes) => <[T]>::ref_from_bytes(bytes).unwrap_or(&[]),
            None => &self.own,
        }
    }
}

impl<T> From<Vec<T>> for Numbers<T> {
    fn from(own: Vec<T>) -> Self {
        Self { own, shared: None }
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::ByteLine;

    #[test]
    fn shared_numbers_are_the_own_ones_until_they_are_changed() {
        let own = Numbers::from(vec![ByteLine([1; 64]), ByteLine([2; 64])]);
        let mut shared = Numbers::<ByteLine>::shared(aligned(own.as_bytes())).unwrap();
        let bytes_of = |numbers: &Numbers<ByteLine>| numbers.iter().map(|line| line.0).collect::<Vec<_>>();
        assert_eq!(bytes_of(&shared), bytes_of(&own));
        let untouched = shared.clone();
        shared.to_mut()[1].0[3] = 9;
        assert_eq!((shared[1].0[3], untouched[1].0[3]), (9, 2));
    }

    #[test]
    fn bytes_that_are_no_whole_numbers_are_refused() {
        let bytes = aligned(&[0; 192]);
        assert!(Numbers::<ByteLine>::shared(bytes.slice(..128)).is_some());
        assert!(Numbers::<ByteLine>::shared(bytes.slice(..127)).is_none());
        assert!(Numbers::<ByteLine>::shared(bytes.slice(4..132)).is_none());
        assert!(Numbers::<f32>::shared(bytes.slice(4..132)).is_some());
        assert!(Numbers::<f32>::shared(bytes.slice(1..5)).is_none());
    }

    /// The bytes at an address where lines may lie.
    fn aligned(bytes: &[u8]) -> Bytes {
        struct Lines(Vec<ByteLine>);
        impl AsRef<[u8]> for Lines {
            fn as_ref(&self) -> &[u8] {
                self.0.as_slice().as_bytes()
            }
        }
        let lines = bytes.chunks(64).map(|line| {
            let mut padded = [0; 64];
            padded[..line.len()].copy_from_slice(line);
            ByteLine(padded)
        });
        Bytes::from_owner(Lines(lines.collect())).slice(..bytes.len())
    }
}
