//! Token times: dynamic time warping over the attention of the alignment heads.
//!
//! After `OpenAI`'s `whisper/timing.py`: attention weights are normalised over the tokens, smoothed
//! by a median over seven positions and averaged over the heads; the cheapest monotonic path gives
//! the times.

/// Width of the median filter, positions; odd.
const MEDIAN: usize = 7;
/// Positions per second.
pub(crate) const POSITIONS_PER_SECOND: f64 = 50.0;
/// A standard deviation below this counts as zero.
const DEVIATION_MIN: f32 = 1e-12;

/// Layer and head of each alignment head, by the model's name, as whisper.cpp and `OpenAI` list
/// them; all heads of the upper half of the decoder for an unknown model.
pub(crate) fn heads(name: &str, layers: usize, heads: usize) -> Vec<(usize, usize)> {
    let known: [(&str, &[(usize, usize)]); 8] = [
        ("large-v3-turbo", &[(2, 4), (2, 11), (3, 3), (3, 6), (3, 11), (3, 14)]),
        (
            "large-v3",
            &[(7, 0), (10, 17), (12, 18), (13, 12), (16, 1), (17, 14), (19, 11), (21, 4), (24, 1), (25, 6)],
        ),
        (
            "large-v2",
            &[
                (10, 12),
                (13, 17),
                (16, 11),
                (16, 12),
                (16, 13),
                (17, 15),
                (17, 16),
                (18, 4),
                (18, 11),
                (18, 19),
                (19, 11),
                (21, 2),
                (21, 3),
                (22, 3),
                (22, 9),
                (22, 12),
                (23, 5),
                (23, 7),
                (23, 13),
                (25, 5),
                (26, 1),
                (26, 12),
                (27, 15),
            ],
        ),
        ("large-v1", &[(9, 19), (11, 2), (11, 4), (11, 17), (22, 7), (22, 11), (22, 17), (23, 2), (23, 15)]),
        ("medium", &[(13, 15), (15, 4), (15, 15), (16, 1), (20, 0), (23, 4)]),
        ("small", &[(5, 3), (5, 9), (8, 0), (8, 4), (8, 7), (8, 8), (9, 0), (9, 7), (9, 9), (10, 5)]),
        ("base", &[(3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6)]),
        ("tiny", &[(2, 2), (3, 0), (3, 2), (3, 3), (3, 4), (3, 5)]),
    ];
    let fits = |list: &[(usize, usize)]| list.iter().all(|(layer, head)| *layer < layers && *head < heads);
    known
        .into_iter()
        .find(|(part, list)| name.contains(part) && !name.contains(".en") && fits(list))
        .map_or_else(
            || (layers / 2..layers).flat_map(|layer| (0..heads).map(move |head| (layer, head))).collect(),
            |(_, list)| list.to_vec(),
        )
}

/// The position at which each row begins, from `first_row` on.
///
/// `shares` holds for each row and head the attention weights of all `positions` positions.
pub(crate) fn row_starts(shares: &[f32], heads: usize, positions: usize, first_row: usize) -> Vec<usize> {
    let row_length = heads * positions;
    if row_length == 0 || shares.len() / row_length <= first_row {
        return Vec::new();
    }
    let cost = costs(shares, heads, positions, first_row);
    starts_on_cheapest_path(&cost, positions)
}

/// The middle of each row's attention, positions, from `first_row` on: the median of what exceeds
/// the attention of other rows. Shapes as for [`row_starts`].
pub(crate) fn row_middles(shares: &[f32], heads: usize, positions: usize, first_row: usize) -> Vec<f64> {
    let row_length = heads * positions;
    if row_length == 0 || shares.len() / row_length <= first_row {
        return Vec::new();
    }
    costs(shares, heads, positions, first_row).chunks_exact(positions).map(middle).collect()
}

/// The median position of the squared surplus of attention (the negated cost where it is positive).
fn middle(cost: &[f32]) -> f64 {
    let surplus = |cost: &f32| f64::from((-cost).max(0.0)).powi(2);
    let half = cost.iter().map(surplus).sum::<f64>() / 2.0;
    let mut before = 0.0;
    let position = cost.iter().position(|cost| {
        before += surplus(cost);
        before > half
    });
    position.map_or(cost.len() as f64 / 2.0, |position| position as f64 + 0.5)
}

/// The negated, normalised, smoothed and averaged attention of the rows from `first_row` on.
fn costs(shares: &[f32], heads: usize, positions: usize, first_row: usize) -> Vec<f32> {
    let row_length = heads * positions;
    let rows = shares.len() / row_length;
    // Each row's weights of the positions with signal sum to one.
    let mut shares = shares.to_vec();
    for head_row in shares.chunks_exact_mut(positions) {
        let total: f32 = head_row.iter().sum();
        let factor = if total > 1e-20 { 1.0 / total } else { 0.0 };
        for share in head_row {
            *share *= factor;
        }
    }
    let mut mean = vec![0.0_f32; row_length];
    for row in shares.chunks_exact(row_length) {
        mean.iter_mut().zip(row).for_each(|(mean, share)| *mean += share / rows as f32);
    }
    let mut deviation = vec![0.0_f32; row_length];
    for row in shares.chunks_exact(row_length) {
        for ((deviation, share), mean) in deviation.iter_mut().zip(row).zip(&mean) {
            *deviation += (share - mean) * (share - mean) / rows as f32;
        }
    }
    let factors: Vec<f32> = deviation
        .iter()
        .map(|squares| if *squares > DEVIATION_MIN * DEVIATION_MIN { 1.0 / squares.sqrt() } else { 0.0 })
        .collect();
    let mut cost = vec![0.0_f32; (rows - first_row) * positions];
    let mut normal = vec![0.0_f32; positions];
    let mut smooth = vec![0.0_f32; positions];
    for (row, cost) in shares.chunks_exact(row_length).skip(first_row).zip(cost.chunks_exact_mut(positions)) {
        for (head, row) in row.chunks_exact(positions).enumerate() {
            let place = head * positions..(head + 1) * positions;
            let known = mean[place.clone()].iter().zip(&factors[place]);
            for ((normal, share), (mean, factor)) in normal.iter_mut().zip(row).zip(known) {
                *normal = (share - mean) * factor;
            }
            medians(&normal, &mut smooth);
            cost.iter_mut().zip(&smooth).for_each(|(cost, value)| *cost -= value / heads as f32);
        }
    }
    cost
}

/// Medians over [`MEDIAN`] values, mirrored at the ends; a shorter row is copied.
fn medians(values: &[f32], out: &mut [f32]) {
    let count = values.len();
    if count < MEDIAN {
        out.copy_from_slice(values);
        return;
    }
    let reach = MEDIAN / 2;
    for at in (0..reach).chain(count - reach..count) {
        let mut around: [f32; MEDIAN] = std::array::from_fn(|offset| {
            let index = (at + offset).abs_diff(reach);
            values[if at + offset < reach { index } else { index.min(2 * (count - 1) - index) }]
        });
        out[at] = median_of_seven(&mut around);
    }
    for (around, out) in values.windows(MEDIAN).zip(&mut out[reach..]) {
        let mut around = [around[0], around[1], around[2], around[3], around[4], around[5], around[6]];
        *out = median_of_seven(&mut around);
    }
}

/// A sorting network (N. Devillard, Fast median search, 1998).
fn median_of_seven(values: &mut [f32; MEDIAN]) -> f32 {
    const NETWORK: [(usize, usize); 13] = [
        (0, 5),
        (0, 3),
        (1, 6),
        (2, 4),
        (0, 1),
        (3, 5),
        (2, 6),
        (2, 3),
        (3, 6),
        (4, 5),
        (1, 4),
        (1, 3),
        (3, 4),
    ];
    for (low, high) in NETWORK {
        let (left, right) = (values[low], values[high]);
        (values[low], values[high]) = if left > right { (right, left) } else { (left, right) };
    }
    values[3]
}

/// Dynamic time warping: a step goes to the next row, to the next position, or to both.
fn starts_on_cheapest_path(cost: &[f32], positions: usize) -> Vec<usize> {
    #[derive(Clone, Copy)]
    enum Step {
        Both,
        Row,
        Position,
    }
    let rows = cost.len() / positions;
    let width = positions + 1;
    let mut steps = vec![Step::Position; (rows + 1) * width];
    let mut above = vec![f32::MAX; width];
    above[0] = 0.0;
    let mut current = vec![f32::MAX; width];
    for row in 1..=rows {
        current[0] = f32::MAX;
        steps[row * width] = Step::Row;
        for position in 1..width {
            let (both, down, right) = (above[position - 1], above[position], current[position - 1]);
            let (least, step) = if both < down && both < right {
                (both, Step::Both)
            } else if down < both && down < right {
                (down, Step::Row)
            } else {
                (right, Step::Position)
            };
            current[position] = least + cost[(row - 1) * positions + position - 1];
            steps[row * width + position] = step;
        }
        std::mem::swap(&mut above, &mut current);
    }
    let mut starts = vec![0; rows];
    let (mut row, mut position) = (rows, positions);
    while row > 0 && position > 0 {
        starts[row - 1] = position - 1;
        match steps[row * width + position] {
            Step::Both => (row, position) = (row - 1, position - 1),
            Step::Row => row -= 1,
            Step::Position => position -= 1,
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_begin_where_their_attention_lies() {
        // Four rows over 40 positions: the first is a prefix, the others attend to 0–9, 10–24,
        // 25–39 with two heads.
        let (heads, positions) = (2, 40);
        let mut shares = Vec::new();
        for range in [0..40, 0..10, 10..25, 25..40] {
            for _ in 0..heads {
                shares.extend((0..positions).map(|at| if range.contains(&at) { 0.9 } else { 0.01 }));
            }
        }
        let starts = row_starts(&shares, heads, positions, 1);
        assert_eq!(starts, [0, 10, 25]);
        let middles = row_middles(&shares, heads, positions, 1);
        for (middle, expected) in middles.iter().zip([5.0, 17.5, 32.5]) {
            assert!((middle - expected).abs() < 2.0, "{middles:?}");
        }
        assert!(row_middles(&[], heads, positions, 0).is_empty());
        assert!(row_starts(&shares, heads, positions, 4).is_empty());
        assert!(row_starts(&[], heads, positions, 0).is_empty());
    }

    #[test]
    fn the_median_is_that_of_a_sorted_list() {
        let values: Vec<f32> = (0..30).map(|index| ((index * 37 + 11) % 23) as f32).collect();
        let mut smooth = vec![0.0; values.len()];
        medians(&values, &mut smooth);
        for (at, found) in smooth.iter().enumerate() {
            let mut around: Vec<f32> = (0..MEDIAN)
                .map(|offset| {
                    let index = (at as isize + offset as isize - 3).unsigned_abs();
                    values[if index >= 30 { 58 - index } else { index }]
                })
                .collect();
            around.sort_by(f32::total_cmp);
            assert!((around[3] - found).abs() < 1e-6, "{at}");
        }
    }

    #[test]
    fn heads_are_those_of_the_model() {
        assert_eq!(heads("base-q5_1", 6, 8).len(), 8);
        assert_eq!(heads("ggml-large-v3-turbo.bin", 4, 20)[0], (2, 4));
        assert_eq!(heads("mine", 2, 2), [(1, 0), (1, 1)]);
        // A model with a large one's name and without its heads.
        assert_eq!(heads("large-v3", 2, 2).len(), 2);
    }
}
