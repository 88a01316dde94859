#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| claimlint_fuzz::split_roundtrip(data));
