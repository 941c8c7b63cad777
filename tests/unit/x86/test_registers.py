"""The bits of registers, in words."""

from ring3.x86.registers import CR4, EFER, bits_set, decode_star, describe_rflags


def test_star_gives_the_selectors_that_linux_documents() -> None:
    star = decode_star(0x0023_0010_0000_0000)
    assert (star.syscall_cs, star.syscall_ss) == (0x10, 0x18)
    assert (star.sysret_cs32, star.sysret_cs64, star.sysret_ss) == (0x23, 0x33, 0x2B)


def test_a_bit_without_a_name_is_told_by_its_number() -> None:
    assert bits_set(0xD01, EFER) == "SCE LME LMA NXE"
    assert bits_set(1 << 5 | 1 << 19, CR4) == "PAE bit 19"


def test_rflags_are_told_without_the_bit_that_is_always_set() -> None:
    assert describe_rflags(0x246) == "PF ZF IF"
    assert describe_rflags(0x3002) == "IOPL=3"
    assert describe_rflags(0x2) == ""
