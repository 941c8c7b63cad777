"""The kernel's tables, and the sources that are made from them.

syscall/syscalls.tbl ─┬─ system_calls ──> constants, dispatch tables ─┐
strace/names.tbl ─────┴─ strace ────────> what --strace shows         ├─ generated: remembered
"""

TABLE = "syscall/syscalls.tbl"
NAMES = "strace/names.tbl"

CONSTANTS = "generated/syscalls.inc"
DISPATCH_TABLES = "generated/syscall_tables.s"
ABSENT_CALLS = "generated/absent_calls.s"
STRACE_TABLES = "generated/strace_tables.s"
SOURCES = (CONSTANTS, DISPATCH_TABLES, ABSENT_CALLS, STRACE_TABLES)
