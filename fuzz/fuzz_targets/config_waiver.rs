#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| claimlint_fuzz::config_waiver(data));
