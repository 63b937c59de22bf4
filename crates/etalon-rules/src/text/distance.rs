//! Edit distance with a limit.

/// The number of insertions, deletions, substitutions and swaps of neighbours between two words
/// (the optimal string alignment distance), when it is no more than `limit`.
pub(crate) fn edits_within(left: &[u8], right: &[u8], limit: u8) -> Option<u8> {
    if left == right {
        return Some(0);
    }
    if limit == 0 || left.len().abs_diff(right.len()) > usize::from(limit) {
        return None;
    }
    let edits = edit_distance(left, right);
    u8::try_from(edits).ok().filter(|&edits| edits <= limit)
}

/// The optimal string alignment distance.
pub(crate) fn edit_distance(left: &[u8], right: &[u8]) -> usize {
    let width = right.len() + 1;
    let mut before_last: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut current: Vec<usize> = vec![0; width];
    for (row, &from) in left.iter().enumerate() {
        current[0] = row + 1;
        for (column, &to) in right.iter().enumerate() {
            let substituted = last[column] + usize::from(from != to);
            let mut best = substituted.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && from == right[column - 1] && left[row - 1] == to && from != to;
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut current);
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters_and_swaps() {
        for (left, right, expected) in [
            ("abc", "abc", 0),
            ("abc", "abd", 1),
            ("abc", "ab", 1),
            ("abcd", "acbd", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edit_distance(left.as_bytes(), right.as_bytes()), expected, "{left} {right}");
        }
    }

    #[test]
    fn the_limit_is_kept() {
        assert_eq!(edits_within(b"kitten", b"sitting", 2), None);
        assert_eq!(edits_within(b"kitten", b"sitting", 3), Some(3));
        assert_eq!(edits_within(b"abc", b"abd", 0), None);
    }
}
