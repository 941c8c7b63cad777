# Find __vdso_clock_gettime: from the initial stack to the auxiliary vector to the ELF file.
#
# Write find_clock_gettime.  README.md says how it is judged.

    .intel_syntax noprefix

    .set AT_SYSINFO_EHDR, 33

    .text
    .global find_clock_gettime
# in:  RDI = the initial stack: argc, argv, NULL, envp, NULL, pairs, AT_NULL
# out: RAX = address of __vdso_clock_gettime, 0 when there is none
# clobbers: what a procedure of the psABI may
find_clock_gettime:
    # 1. Past argv and envp, to the pair of AT_SYSINFO_EHDR.

    # 2. The ELF header, the program headers: PT_LOAD gives the bias, PT_DYNAMIC the tables.

    # 3. The symbols, by name.
    xor eax, eax
    ret
