/// Defines kernels that are written once and compiled for every kind of register.
///
/// Each takes a [`Backend`](crate::Backend) before the arguments that are written down. Plain loops
/// become wide registers this way. They give the same numbers in all of them, because Rust neither
/// reorders sums nor joins a product with a sum by itself. What a kernel calls must be
/// `#[inline(always)]`: only what is compiled into it has its registers.
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
