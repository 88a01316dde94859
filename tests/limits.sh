#!/usr/bin/env bash
# How much memory and time files take that are large, or made to hurt. Not part of `cargo test`: it takes minutes and
# disk. Whatever it makes it makes itself, in a directory of its own, and removes it at the end.
#
#   tests/limits.sh                     everything: 5 GB, a file without terminators, archives that unpack to far more,
#                                       the time of each doubling
#   SIZE=500M TOP=64 HURT=8 tests/limits.sh    the same in small
#   tests/limits.sh memory doubling     only these parts
#
# BIN is the command that is measured, WORK where files are put, CAP the most memory in MiB that a run may take: 256 and
# 16 for each thread, and FINDING bytes for each finding, which the row of its claim is part of. It ends with 1 if
# anything was above its limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

THREADS=${THREADS:-2}
CAP=${CAP:-$((256 + 16 * THREADS))}
FINDING=${FINDING:-384}
SIZE=${SIZE:-5G}
TOP=${TOP:-1024}
HURT=${HURT:-64}
BIN=${BIN:-target/release/claimlint}
WORK=$(mktemp -d "${WORK:-${TMPDIR:-/tmp}}/claimlint-limits.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
FAILED=0
HURTING='levels one-claim diagnoses notes references claims-of-a-day headers terminators'

[ -x "$BIN" ] || cargo build --release --quiet
BIN=$(realpath "$BIN")

fail() {
    printf 'ABOVE THE LIMIT: %s\n' "$*"
    FAILED=1
}

# make KIND BYTES: writes a file of a kind to standard output.
make() {
    python3 - "$1" "$2" <<'PYTHON'
import sys, zlib, struct

kind, size = sys.argv[1], sys.argv[2]
size = int(float(size[:-1]) * {"K": 2**10, "M": 2**20, "G": 2**30}[size[-1]]) if size[-1] in "KMG" else int(size)
out = sys.stdout.buffer
ISA = "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260701*0930*^*00501*%09d*0*T*:~"
GS = "GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260701*0930*1*X*005010X222A1~"
HEAD = ("ST*837*%04d*005010X222A1~BHT*0019*00*TEST*20260701*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~"
        "NM1*40*2*EXAMPLE*****46*EXAMPLE~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~N3*1 EXAMPLE STREET~"
        "N4*EXAMPLE*TX*00000~")
CLAIM = (ISA % 1 + GS + HEAD % 1 + "HL*2*1*22*0~SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER~"
         "NM1*PR*2*EXAMPLE*****PI*EXMB1~CLM*A*45***11:B:1*Y*A*Y*Y~")
CODES = ["97110", "97112", "97140", "97530", "97035", "97116"]


def batch(prefix, claims, faulty):
    """One transaction set of claims of as many patients; one in `faulty` lacks the modifier of its plan of care."""
    s = [HEAD % (prefix % 9999 + 1)]
    for n in range(claims):
        day = "2026%02d%02d" % (1 + n % 6, 1 + n % 28)
        s.append("HL*%d*1*22*0~SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*@@@@%06d~N3*1 EXAMPLE STREET~"
                 "N4*EXAMPLE*TX*00000~DMG*D8*19410101*F~NM1*PR*2*EXAMPLE*****PI*EXMB1~" % (n + 2, n))
        lines = [(CODES[(n + k) % 6], "" if faulty and n % faulty == 0 else ":GP") for k in range(1 + n % 3)]
        s.append("CLM*@@@@%06d*%d***11:B:1*Y*A*Y*Y~REF*EA*RECORD%08d~HI*ABK:M5450*ABF:M6281~"
                 "NM1*DN*1*EXAMPLE*BETA****XX*1000000053~NM1*82*1*EXAMPLE*GAMMA****XX*1000000061~"
                 "PRV*PE*PXC*225100000X~" % (n, 45 * len(lines), n))
        for k, (code, modifier) in enumerate(lines, 1):
            s.append("LX*%d~SV1*HC:%s%s*45*UN*1***1~DTP*472*D8*%s~REF*6R*LINE%012d~" % (k, code, modifier, day, n))
    text = "".join(s)
    return text + "SE*%d*%04d~" % (text.count("~") + 1, prefix % 9999 + 1)


def claims(faulty, one):
    """Interchanges of one set each, or one interchange of one set of them all; no two claims or patients alike."""
    written, number = 0, 0
    base = batch(0, 20000, faulty).encode()
    if one:
        head, rest = HEAD % 1, base[len(HEAD % 1):base.rindex(b"SE*")]
        start = (ISA % 1 + GS + head).encode()
        out.write(start)
        written = len(start)
    while written < size:
        number += 1
        part = (rest if one else base).replace(b"@@@@", b"A%03d" % number)
        if not one:
            part = (ISA % number + GS).encode() + part + ("GE*1*1~IEA*1*%09d~" % number).encode()
        out.write(part)
        written += len(part)
    if one:
        # What SE01 and HL01 say is wrong in such a set, and said.
        out.write(b"SE*1*0001~GE*1*1~IEA*1*000000001~")


def fill(start, text):
    out.write(start.encode())
    block = text.encode() * (2**20 // len(text) + 1)
    for _ in range(size // len(block) + 1):
        out.write(block)


def zeros():
    """A gzip member of zeros."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    out.write(b"\x1f\x8b\x08\0\0\0\0\0\2\xff")
    block, check = bytes(2**20), 0
    for _ in range(size >> 20):
        check = zlib.crc32(block, check)
        out.write(pack.compress(block))
    out.write(pack.flush() + struct.pack("<II", check, size & 0xffffffff))


{
    "claims": lambda: claims(50, False),
    "clean": lambda: claims(0, False),
    "one-set": lambda: claims(50, True),
    "no-terminator": lambda: fill(ISA % 1 + GS + HEAD % 1 + "NTE*ADD*", "NOTHING ENDS HERE "),
    "no-header": lambda: fill("", "NOTHING BEGINS HERE "),
    "levels": lambda: fill(ISA % 1 + GS + HEAD % 1, "HL*3*2*23*1~"),
    "one-claim": lambda: fill(CLAIM, "LX*1~SV1*HC:97110*45*UN*1~"),
    "diagnoses": lambda: fill(CLAIM, "HI*ABK:M5450*ABF:M6281*ABF:M5416*ABF:R262~"),
    "notes": lambda: fill(CLAIM, "NTE*ADD*97110 15 MIN~"),
    "references": lambda: fill(CLAIM, "REF*G1*EXAMPLE~DTP*431*D8*20260101~PWK*OZ*EL~"),
    "claims-of-a-day": lambda: fill(CLAIM + "LX*1~", "CLM*A*45***11:B:1*Y*A*Y*Y~LX*1~SV1*HC:97110:GP*45*UN*1~DTP*472*D8*20260302~"),
    "headers": lambda: fill(ISA % 1 + GS + HEAD % 1, "NM1*85*1*ISA*ISAAC~"),
    "terminators": lambda: fill(ISA % 1 + GS + HEAD % 1, "~"),
    "zeros": zeros,
}[kind]()
PYTHON
}

# measure FILE ARGUMENTS..: runs a scan; sets SECONDS_, PEAK (MiB), CODE.
measure() {
    local file=$1
    shift
    rm -rf "$WORK/report"
    set +e
    /usr/bin/time -f '%e %M' -o "$WORK/time" "$BIN" scan "$file" --threads "$THREADS" --quiet "$@" >"$WORK/out" 2>"$WORK/err"
    CODE=$?
    set -e
    read -r SECONDS_ PEAK < <(tail -1 "$WORK/time")
    PEAK=$((PEAK / 1024))
    [ "$CODE" -le 2 ] || fail "$(basename "$file"): exit $CODE: $(head -c 300 "$WORK/err")"
}

say() {
    printf '%-16s %8s MiB %9s s %7s MiB peak, exit %s%s\n' "$1" "$(($(stat -c %s "$2") >> 20))" "$SECONDS_" "$PEAK" "$CODE" "${3:-}"
}

# What a run may take: the cap, and what was found.
hold_to_cap() {
    local found
    found=$(sed -n 's/^ *"total": \([0-9]*\),*$/\1/p' "$WORK/report/summary.json" 2>/dev/null | head -1)
    local most=$((CAP + ${found:-0} * FINDING / 1048576))
    [ "$PEAK" -le "$most" ] || fail "$1: $PEAK MiB, the most is $most ($CAP and ${found:-0} findings)"
    FOUND=${found:-0}
}

memory() {
    printf '\n== memory: at most %s MiB and %s bytes a finding\n' "$CAP" "$FINDING"
    local kind
    for kind in clean claims one-set; do
        make "$kind" "$SIZE" >"$WORK/$kind.edi"
        measure "$WORK/$kind.edi" --out "$WORK/report" --format none
        hold_to_cap "$kind"
        say "$kind" "$WORK/$kind.edi" ", $FOUND findings"
        # What cannot have more memory must end by itself and say so.
        set +e
        prlimit --as=$(((CAP + 1024) << 20)) "$BIN" scan "$WORK/$kind.edi" --threads "$THREADS" --quiet --format none \
            --out "$WORK/report" >/dev/null 2>"$WORK/err"
        CODE=$?
        set -e
        printf '%-16s under a limit of %s MiB address space: exit %s\n' "" "$((CAP + 1024))" "$CODE"
        [ "$CODE" -le 2 ] || fail "$kind: exit $CODE: $(head -c 300 "$WORK/err")"
        rm -f "$WORK/$kind.edi"
    done
}

# The most MiB of a kind: where nearly every segment is a finding, the reports take a hundred times the bytes of the file.
largest() {
    case $1 in claims | one-set | no-*) echo "$TOP" ;; *) echo "$HURT" ;; esac
}

hurting() {
    printf '\n== files made to hurt, %s MiB without terminators or headers, others %s: at most %s MiB\n' "$TOP" "$HURT" "$CAP"
    local kind size
    for kind in no-terminator no-header $HURTING; do
        size=$(largest "$kind")
        make "$kind" "${size}M" >"$WORK/$kind.edi"
        measure "$WORK/$kind.edi" --out "$WORK/report" --format none
        hold_to_cap "$kind"
        say "$kind" "$WORK/$kind.edi" ", $FOUND findings"
        rm -f "$WORK/$kind.edi"
    done
}

bombs() {
    printf '\n== archives that unpack to far more: at most %s MiB, and not read to their end\n' "$CAP"
    make zeros "$((TOP * 10))M" >"$WORK/zeros.gz"
    measure "$WORK/zeros.gz" --format none
    say zeros.gz "$WORK/zeros.gz"
    [ "$CODE" -eq 2 ] && [ "$PEAK" -le "$CAP" ] || fail "zeros.gz: exit $CODE, $PEAK MiB"
    (make one-claim 1M; head -c $((TOP * 2))M /dev/zero | tr '\0' ' ') | gzip -9 >"$WORK/claims.gz"
    measure "$WORK/claims.gz" --format none
    say claims.gz "$WORK/claims.gz"
    [ "$CODE" -eq 2 ] && [ "$PEAK" -le "$CAP" ] || fail "claims.gz: exit $CODE, $PEAK MiB"
}

# The best of three runs, in milliseconds.
best() {
    local least=
    for _ in 1 2 3; do
        local from to
        from=$(date +%s%N)
        "$BIN" scan "$1" --threads "$THREADS" --quiet --format none >/dev/null 2>&1 || [ $? -le 2 ]
        to=$((($(date +%s%N) - from) / 1000))
        if [ -z "$least" ] || [ "$to" -lt "$least" ]; then least=$to; fi
    done
    echo "$least"
}

doubling() {
    printf '\n== time of a doubling, best of three: at most 2.2 times\n'
    local kind mib top before now ratio
    for kind in claims one-set no-terminator $HURTING; do
        before=
        top=$(largest "$kind")
        make "$kind" "${top}M" >"$WORK/whole"
        for ((mib = 1; mib <= top; mib *= 2)); do
            # One file cut to length: a set that ends early is read like any other.
            head -c "${mib}M" "$WORK/whole" >"$WORK/part.edi"
            now=$(best "$WORK/part.edi")
            ratio=-
            if [ -n "$before" ]; then
                ratio=$((now * 100 / before))
                # Below 20 ms starting counts for more than reading.
                if [ "$before" -gt 20000 ] && [ "$ratio" -gt 220 ]; then fail "$kind: $mib MiB take $ratio % of the half"; fi
            fi
            printf '%-16s %6s MiB %9s ms %6s %%\n' "$kind" "$mib" "$((now / 1000))" "$ratio"
            before=$now
        done
        rm -f "$WORK/whole" "$WORK/part.edi"
    done
}

"$BIN" --version
[ $# -gt 0 ] || set -- memory hurting bombs doubling
for part in "$@"; do
    "$part"
done
exit $FAILED
