/// Defines kernels that are written once and compiled for every kind of register.
///
/// Each kernel takes a [`Backend`](crate::Backend) before its declared arguments. Plain loops
/// become wide registers this way. The results are equal for all registers, because Rust neither
/// reorders sums nor fuses a product with a sum. Functions that a kernel calls must be
/// `#[inline(always)]`: only inlined code uses its registers.
///
/// ```
/// etalon_simd::kernels! {
///     /// Multiplies in place.
///     pub fn scale(values: &mut [f32], factor: f32) {
///         for value in values {
///             *value *= factor;
///         }
///     }
/// }
/// let mut values = [1.0, 2.0];
/// scale(etalon_simd::Backend::in_use(), &mut values, 3.0);
/// assert_eq!(values, [3.0, 6.0]);
/// ```
#[macro_export]
macro_rules! kernels {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) $(-> $result:ty)? $body:block
    )*) => {$(
        $(#[$attribute])*
        #[inline]
        $visibility fn $name(backend: $crate::Backend, $($argument: $kind),*) $(-> $result)? {
            #[inline(always)]
            fn portable($($argument: $kind),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,popcnt")]
            fn avx2($($argument: $kind),*) $(-> $result)? {
                portable($($argument),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,popcnt,avx512f,avx512bw,avx512vl")]
            fn avx512($($argument: $kind),*) $(-> $result)? {
                portable($($argument),*)
            }
            match backend.registers() {
                // SAFETY: a backend with these registers comes from a processor that has them.
                #[cfg(target_arch = "x86_64")]
                $crate::Registers::Avx2 => unsafe { avx2($($argument),*) },
                // SAFETY: a backend with these registers comes from a processor that has them.
                #[cfg(target_arch = "x86_64")]
                $crate::Registers::Avx512 => unsafe { avx512($($argument),*) },
                _ => portable($($argument),*),
            }
        }
    )*};
}
