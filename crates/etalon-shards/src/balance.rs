//! Which shard each recording belongs to.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A shard while recordings are dealt out: its length so far, the number of recordings in it, and
/// its number from 0. The least of them is next.
type Load = (u64, usize, usize);

/// Deals recordings out to shards, the longest first, each to the shard that is shortest so far; of
/// equal ones to that with fewer recordings, then to the first. Gives back the shard of each, from 0.
///
/// No shard is longer than 4/3 − 1/(3·`shards`) of the longest shard of the best division that there
/// is (R. L. Graham, *Bounds on multiprocessing timing anomalies*, 1969), and no two shards differ by
/// more than the longest recording. Recordings of equal length are dealt out in their order.
///
/// `lengths_ms` are milliseconds: sums of whole numbers are the same on every machine. `shards` is at
/// least 1.
pub fn deal_out(lengths_ms: &[u64], shards: usize) -> Vec<usize> {
    let mut longest_first: Vec<usize> = (0..lengths_ms.len()).collect();
    longest_first.sort_by_key(|&recording| Reverse(lengths_ms[recording]));
    let mut loads: BinaryHeap<Reverse<Load>> =
        (0..shards.max(1)).map(|shard| Reverse((0, 0, shard))).collect();
    let mut dealt = vec![0; lengths_ms.len()];
    for recording in longest_first {
        if let Some(mut shortest) = loads.peek_mut() {
            let Reverse((load_ms, recordings, shard)) = &mut *shortest;
            *load_ms = load_ms.saturating_add(lengths_ms[recording]);
            *recordings += 1;
            dealt[recording] = *shard;
        }
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn loads(lengths_ms: &[u64], shards: usize) -> Vec<u64> {
        let mut loads = vec![0; shards];
        for (length_ms, shard) in lengths_ms.iter().zip(deal_out(lengths_ms, shards)) {
            loads[shard] += length_ms;
        }
        loads
    }

    /// The longest shard of the best division, by trying all of them.
    fn best(lengths_ms: &[u64], loads: &mut [u64]) -> u64 {
        let Some((first, rest)) = lengths_ms.split_first() else {
            return loads.iter().copied().max().unwrap_or(0);
        };
        let mut least = u64::MAX;
        for shard in 0..loads.len() {
            loads[shard] += first;
            least = least.min(best(rest, loads));
            loads[shard] -= first;
        }
        least
    }

    #[test]
    fn the_longest_are_dealt_out_first() {
        assert_eq!(deal_out(&[1, 5, 3, 3, 2], 2), [1, 0, 1, 1, 0]);
        assert!(deal_out(&[], 3).is_empty());
        assert_eq!(deal_out(&[7, 7], 1), [0, 0]);
        // Recordings without a length are spread by their number.
        assert_eq!(deal_out(&[0, 0, 0, 0], 3), [0, 1, 2, 0]);
    }

    proptest! {
        #[test]
        fn shards_differ_by_no_more_than_the_longest_recording(
            lengths_ms in prop::collection::vec(0_u64..36_000_000, 0..400),
            shards in 1_usize..40,
        ) {
            let loads = loads(&lengths_ms, shards);
            prop_assert_eq!(loads.iter().sum::<u64>(), lengths_ms.iter().sum::<u64>());
            let (most, least) = (loads.iter().max().unwrap(), loads.iter().min().unwrap());
            prop_assert!(most - least <= lengths_ms.iter().copied().max().unwrap_or(0), "{:?}", loads);
        }

        #[test]
        fn no_shard_is_longer_than_grahams_bound(
            lengths_ms in prop::collection::vec(1_u64..1000, 1..8),
            shards in 1_usize..4,
        ) {
            let longest = *loads(&lengths_ms, shards).iter().max().unwrap();
            let best = best(&lengths_ms, &mut vec![0; shards]);
            let (bound, of) = (4 * shards as u64 - 1, 3 * shards as u64);
            prop_assert!(longest * of <= best * bound, "{longest} against {best}");
        }

        #[test]
        fn the_order_of_equal_lengths_alone_decides_between_them(
            lengths_ms in prop::collection::vec(0_u64..50, 0..60),
            shards in 1_usize..9,
        ) {
            let forward = loads(&lengths_ms, shards);
            let backward: Vec<u64> = lengths_ms.iter().rev().copied().collect();
            prop_assert_eq!(forward, loads(&backward, shards));
        }
    }
}
