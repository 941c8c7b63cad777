"""QEMU's log of exceptions: read, kept small, and known for a loop."""

from __future__ import annotations

from ring3.postmortem.log import ENDLESS, KEPT, Tail, parse

REGISTERS = """\
RAX=0000000000000014 RBX=0000000000000002 RCX=0000000000000003 RDX=0000000000000004
RSI=0000000000000005 RDI=0000000000000006 RBP=0000000000000007 RSP=ffffffff8012afe8
R8 =0000000000000008 R9 =0000000000000009 R10=000000000000000a R11=000000000000000b
R12=000000000000000c R13=000000000000000d R14=000000000000000e R15=000000000000000f
RIP=ffffffff80100c47 RFL=00000006 [-----P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
ES =0000 0000000000000000 00000000 00000000
CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
SS =0018 0000000000000000 ffffffff 00cf9300 DPL=0 DS   [-WA]
DS =0000 0000000000000000 00000000 00000000
FS =0000 0000000000000000 00000000 00000000
GS =0000 ffffffff80124100 00000000 00000000
LDT=0000 0000000000000000 0000ffff 00008200 DPL=0 LDT
TR =0040 ffffffff80125000 00000067 00008900 DPL=0 TSS64-avl
GDT=     ffffffff80116008 0000007f
IDT=     ffffffff801230d0 00000fff
CR0=80050033 CR2=0000000000000805 CR3=000000000014a000 CR4=00300ea0
DR0=0000000000000000 DR1=0000000000000000 DR2=0000000000000000 DR3=0000000000000000
DR6=00000000ffff0ff0 DR7=0000000000000400
CCS=0000000000000800 CCD=0000000000000800 CCO=ADDQ
EFER=0000000000000d01
"""
PLACE = "cpl=0 IP=0010:ffffffff80100c47 pc=ffffffff80100c47 SP=0018:ffffffff8012afe8"
PAGE_FAULT = f"     0: v=0e e=0002 i=0 {PLACE} CR2=0000000000000805\n{REGISTERS}"
DOUBLE_FAULT = f"     1: v=08 e=0000 i=0 {PLACE} env->regs[R_EAX]=0000000000000014\n{REGISTERS}"
SYSTEM_CALL = f"     2: v=80 e=0000 i=1 {PLACE.replace('cpl=0', 'cpl=3')}\n{REGISTERS}"
TRIPLE_FAULT = (
    "check_exception old: 0xffffffff new 0xe\n"
    + PAGE_FAULT
    + "check_exception old: 0xe new 0xd\n"
    + DOUBLE_FAULT
    + "check_exception old: 0x8 new 0xd\nTriple fault\n"
)


def test_an_exception_is_read_with_its_registers() -> None:
    (event,) = parse(PAGE_FAULT).events
    assert (event.vector, event.error, event.nested) == (14, 2, None)
    registers = event.registers
    assert registers["rax"] == 0x14
    assert registers["rip"] == 0xFFFF_FFFF_8010_0C47
    assert registers["rflags"] == 6
    assert registers["cs"] == 0x10
    assert registers.segments["gs"].base == 0xFFFF_FFFF_8012_4100
    assert (registers.idt.base, registers.idt.limit) == (0xFFFF_FFFF_8012_30D0, 0xFFF)
    assert registers["cr2"] == 0x805
    assert registers.long_mode


def test_what_could_not_be_delivered_and_why_is_read() -> None:
    log = parse(TRIPLE_FAULT)
    assert [event.nested for event in log.events] == [None, (14, 13)]
    assert log.fatal == 13


def test_an_event_whose_registers_are_cut_off_is_left_out() -> None:
    assert parse(PAGE_FAULT + DOUBLE_FAULT[:400]).events == parse(PAGE_FAULT).events


def test_a_device_and_an_instruction_are_told_from_an_exception() -> None:
    timer = SYSTEM_CALL.replace("v=80 e=0000 i=1", "v=20 e=0000 i=0")
    events = parse(SYSTEM_CALL + "Servicing hardware INT=0x20\n" + timer).events
    assert [(event.by_instruction, event.by_device) for event in events] == [
        (True, False),
        (False, True),
    ]


def test_registers_of_32_bit_code_have_the_long_names() -> None:
    text = PAGE_FAULT
    for name in ("AX", "BX", "CX", "DX", "SI", "DI", "BP", "SP", "IP"):
        for upper in ("00000000", "ffffffff"):
            text = text.replace(f"R{name}={upper}", f"E{name}=")
    text = "\n".join(line for line in text.split("\n") if not line.startswith(("R8", "R12")))
    (event,) = parse(text).events
    assert event.registers["rax"] == 0x14
    assert event.registers["rsp"] == 0x8012_AFE8
    assert event.registers["r8"] == 0


def tail_of(text: str, times: int, *, piece: int = 1000) -> Tail:
    tail = Tail()
    data = text.encode() * times
    for start in range(0, len(data), piece):
        tail.feed(data[start : start + piece])
    return tail


def test_a_tail_keeps_one_of_many_that_are_the_same_and_their_number() -> None:
    tail = tail_of(PAGE_FAULT, 500)
    assert not tail.endless
    assert len(tail.text()) < 2 * len(PAGE_FAULT)
    assert [event.times for event in parse(tail.text()).events] == [500]


def test_a_tail_forgets_what_came_long_before() -> None:
    tail = tail_of(PAGE_FAULT + SYSTEM_CALL, 2 * KEPT)
    assert len(parse(tail.text()).events) == KEPT
    assert not tail.endless


def test_an_exception_that_repeats_itself_without_end_is_seen() -> None:
    assert tail_of(PAGE_FAULT, ENDLESS + 1, piece=1 << 20).endless


def test_a_program_that_makes_the_same_call_again_and_again_is_no_loop_of_exceptions() -> None:
    assert not tail_of(SYSTEM_CALL, ENDLESS + 1, piece=1 << 20).endless


def test_the_end_of_the_log_is_kept_behind_the_last_event() -> None:
    assert parse(tail_of(TRIPLE_FAULT, 1, piece=7).text()) == parse(TRIPLE_FAULT)
