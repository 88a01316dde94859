#!/usr/bin/env bash
# Runs one fuzz target for so many seconds and says what came of it.
#
#   fuzz/run.sh TARGET SECONDS
#
# Needs cargo-fuzz (cargo install cargo-fuzz). No sanitizer: the package forbids unsafe code, and without one a
# stable toolchain will do and four times as much is tried in the same time.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo "usage: fuzz/run.sh TARGET SECONDS" >&2
    exit 2
fi
target=$1 seconds=$2
cd "$(dirname "${BASH_SOURCE[0]}")"
log=${FUZZ_LOG:-artifacts/$target.log}
mkdir -p "corpus/$target" "artifacts/$target" "$(dirname "$log")"

# Five seconds are long for 8 KiB on a busy machine; 512 MiB is much for any of them.
status=0
RUSTC_BOOTSTRAP=1 cargo fuzz run -s none "$target" "corpus/$target" "seeds/$target" -- \
    -dict=x12.dict -max_len=8192 -timeout=5 -rss_limit_mb=512 -print_final_stats=1 -use_value_profile=1 \
    -max_total_time="$seconds" >"$log" 2>&1 || status=$?

echo "$target: $(grep -E 'stat::number_of_executed_units' "$log" | tr -s ' ' | cut -d' ' -f2) executions," \
    "$(grep -Eo 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$log" | tail -1)," \
    "$(find "artifacts/$target" -type f | wc -l) failures kept, log in fuzz/$log"
exit "$status"
