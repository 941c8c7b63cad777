#!/bin/sh
# Counts the kernel's lines of assembly that are not blank or comment, a folder a row, and
# those of the core: what a student reads in a week, budget 2,500 lines.
#
# The core is the mission itself: the way to long mode, the CPU's tables, the doors,
# memory, a program with its stack and its vDSO, the first system calls.
set -eu
cd "$(dirname "$0")/../kernel_src"

core='
    boot/pvh.s boot/start.s boot/information.s
    cpu/gdt.s cpu/idt.s cpu/tss.s cpu/msr.s cpu/percpu.s cpu/features.s
    entry/syscall.s entry/int80.s entry/exceptions.s entry/interrupts.s
    memory/frames.s memory/paging.s memory/regions.s memory/user_copy.s
    exec/elf.s exec/process.s exec/stack.s exec/auxiliary_vector.s exec/vdso.s
    syscall/process.s syscall/time.s vdso/vdso64.s
'
# shellcheck disable=SC2086  # the names are words on purpose
ls $core >/dev/null

find . -name '*.s' -o -name '*.inc' | sort | xargs awk -v core="$core" '
    BEGIN { split(core, names); for (i in names) in_core["./" names[i]] = 1 }
    { line = $0; sub(/^[ \t]+/, "", line) }
    line != "" && line !~ /^#/ {
        split(FILENAME, part, "/")
        count[part[2]]++
        total++
        if (FILENAME in in_core) core_total++
    }
    END {
        for (folder in count) printf "%6d  %s\n", count[folder], folder | "sort -k2"
        close("sort -k2")
        printf "%6d  in all\n%6d  of them the core (budget 2500)\n", total, core_total
    }'
