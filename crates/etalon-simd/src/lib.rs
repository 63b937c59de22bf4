//! Kernels: the inner loops of the networks and of the signal measures, for the processor's
//! instructions.
//!
//! A [`Backend`] is an instruction set that was detected on the processor. Only detection creates
//! one, so its holder may run code for it. `ETALON_SIMD` (`scalar`, `avx2`, `avx512-core`,
//! `avx512-vnni`, `avx512`, `neon`) forces one of those that the processor has; any other name is
//! ignored.
//!
//! | what | how it is written | agreement between backends |
//! |---|---|---|
//! | [`kernels!`] | once, compiled for each kind of register | equal to the bit |
//! | [`reductions`] | sums, products and maxima for use in `kernels!` | equal to the bit |
//! | [`transformer`] | norms, activations and softmax, by `kernels!` | equal to the bit |
//! | [`convolution`] | bytes by bytes, for each kind of register | equal to the bit |
//! | [`matrix`], eight bits | for each kind of register | equal to the bit |
//! | [`matrix`], bf16 | for each kind of register | to within the rounding of their sums |

#![deny(unsafe_code)]

mod backend;
pub mod bf16;
mod compiled;
pub mod convolution;
pub mod matrix;
mod numbers;
#[cfg(test)]
mod pseudorandom;
pub mod reductions;
pub mod rows;
pub mod transformer;

pub use backend::{Backend, Registers};
pub use numbers::Numbers;
