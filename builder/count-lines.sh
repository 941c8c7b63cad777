#!/bin/sh
# Counts the kernel's lines of assembly that are not blank or comment, a folder a row.
#
# The core is the mission itself: the entry at boot, GDT, IDT and TSS, the doors, paging,
# ELF loader, auxiliary vector, vDSO and its functions, a dozen system calls.  Its budget is
# 2,500 lines: what a student reads in a week.
#
# Whole folders are counted, never single files, and every folder is in one of three groups.
# Core and ground together are the smallest kernel that can be built (ring3.toml, [kernel]
# without); a part is what can be left out of it.
set -eu
cd "$(dirname "$0")/../kernel_src"

core='boot cpu entry exec memory syscall vdso'
ground='absent include init machine report time'
parts='aslr calls compat dynamic getcpu log options strace'

# What lies in folders below boot are loaders, which run before there is a kernel.
count() {
    find "$1" -path 'boot/*' -type d -prune -o \( -name '*.s' -o -name '*.inc' \) -exec cat {} + |
        grep -cvE '^[[:space:]]*(#|$)'
}

group() {
    total=0
    for folder in $2; do
        lines=$(count "$folder")
        total=$((total + lines))
        printf '%6d  %s\n' "$lines" "$folder"
    done
    printf '%6d  %s\n\n' "$total" "$1"
}

group 'the core (budget 2500)' "$core"
smallest=$total
group 'the ground: what any kernel needs of the machine, of process 1, to say why it ends' "$ground"
smallest=$((smallest + total))
group 'parts that can be left out' "$parts"
printf '%6d  the smallest kernel\n%6d  in all\n' "$smallest" $((smallest + total))
