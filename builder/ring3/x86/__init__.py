"""What the CPU and the ABI lay down in memory, decoded: bytes to data to words.

    GDT, IDT, TSS ──descriptors──> Segment, Gate, TaskState   ─┐
    page tables   ──paging───────> Mapping, Translation        ├──> str(): one line each
    STAR … EFER   ──registers────> fields by name              │
    initial stack ──auxv─────────> InitialStack               ─┘

All of it is pure: bytes, or a function that reads memory, go in.  It knows
nothing of ring3's own kernel, of QEMU or of gdb, so that it can judge any.
"""
