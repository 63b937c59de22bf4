use crate::loops::dot;
use etalon_simd::Backend;

/// Numbers of an embedding.
pub const EMBEDDING_SIZE: usize = 192;

/// A voice as a direction in 192 dimensions.
///
/// It identifies a person, so it can be neither serialised nor printed.
#[derive(Clone, PartialEq)]
pub struct Embedding {
    direction: Vec<f32>,
}

impl Embedding {
    /// The direction of a vector; none if its length is 0 or a number is not finite.
    pub(crate) fn of(mut vector: Vec<f32>) -> Option<Self> {
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !length.is_finite() || length <= f32::MIN_POSITIVE {
            return None;
        }
        for value in &mut vector {
            *value /= length;
        }
        Some(Self { direction: vector })
    }

    /// The similarity of two voices: the cosine of the angle between their directions, -1 to 1.
    pub fn similarity(&self, other: &Self) -> f32 {
        dot(Backend::in_use(), &self.direction, &other.direction)
    }

    /// One of its 192 numbers.
    pub fn component(&self, place: usize) -> Option<f32> {
        self.direction.get(place).copied()
    }

    /// The weighted mean of several directions; none if they cancel out.
    pub fn between<'a>(weighted: impl IntoIterator<Item = (&'a Self, f32)>) -> Option<Self> {
        let mut sum = Vec::new();
        for (embedding, weight) in weighted {
            sum.resize(embedding.direction.len(), 0.0);
            for (sum, value) in sum.iter_mut().zip(&embedding.direction) {
                *sum += weight * value;
            }
        }
        Self::of(sum)
    }
}

impl std::fmt::Debug for Embedding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Embedding")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_the_cosine() {
        let of = |vector: &[f32]| Embedding::of(vector.to_vec()).unwrap();
        let check = |one: &[f32], two: &[f32], expected: f32| {
            assert!((of(one).similarity(&of(two)) - expected).abs() < 1e-6, "{one:?} {two:?}");
        };
        check(&[3.0, 0.0], &[7.0, 0.0], 1.0);
        check(&[3.0, 0.0], &[0.0, 2.0], 0.0);
        check(&[1.0, 1.0], &[-2.0, -2.0], -1.0);
        let between = Embedding::between([(&of(&[1.0, 0.0]), 2.0), (&of(&[0.0, 1.0]), 2.0)]).unwrap();
        assert!((between.similarity(&of(&[1.0, 1.0])) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_has_no_direction() {
        for vector in [vec![], vec![0.0; 3], vec![f32::NAN, 1.0], vec![f32::INFINITY]] {
            assert!(Embedding::of(vector).is_none());
        }
    }

    #[test]
    fn the_debug_form_holds_no_numbers() {
        assert_eq!(format!("{:?}", Embedding::of(vec![1.0]).unwrap()), "Embedding");
    }
}
