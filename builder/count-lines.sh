#!/bin/sh
# Counts the kernel's lines of assembly that are not blank or comment, a folder a row,
# against the budget of 2,500 lines that lets a student read the core in a week.
set -eu
cd "$(dirname "$0")/../kernel_src"
find . -name '*.s' -o -name '*.inc' | sort | xargs awk '
    { line = $0; sub(/^[ \t]+/, "", line) }
    line != "" && line !~ /^#/ { split(FILENAME, part, "/"); count[part[2]]++; total++ }
    END {
        for (folder in count) printf "%6d  %s\n", count[folder], folder | "sort -k2"
        close("sort -k2")
        printf "%6d  in all (budget of the core: 2500)\n", total
    }'
