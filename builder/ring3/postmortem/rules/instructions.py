"""Single instructions that the CPU refuses to the kernel."""

from __future__ import annotations

from ring3.postmortem.case import Case
from ring3.postmortem.exceptions import DIVIDE_ERROR, GENERAL_PROTECTION, INVALID_OPCODE
from ring3.postmortem.memory import is_canonical
from ring3.postmortem.rules.table import Datum, Finding, Rules

rule = Rules()

# SDM Vol. 1 13: memory operands that must be aligned to 16 bytes, whatever CR0.AM says.
ALIGNED = (
    *("movaps", "movapd", "movdqa", "movntps", "movntpd", "movntdq"),
    *("fxsave", "fxrstor", "fxsave64", "fxrstor64", "cmpxchg16b"),
    *("xorps", "andps", "orps", "addps", "subps", "mulps", "divps"),
)
ALIGNMENT = 16


@rule("division", "SDM Vol. 3A 6.15, #DE")
def division(case: Case) -> Finding | None:
    """DIV or IDIV in the kernel."""
    first, instruction = case.first, case.instruction
    if first is None or first.vector != DIVIDE_ERROR or first.registers.privilege != 0:
        return None
    if instruction is None or instruction.mnemonic not in ("div", "idiv"):
        return None
    registers = first.registers
    short = instruction.operands.startswith("e")
    name = f"r{instruction.operands[1:]}" if short else instruction.operands
    if name not in registers.general:
        return Finding(
            f"{str(instruction).upper()} in the kernel: the divisor is 0, or the quotient is too "
            "large",
            "test the divisor; clear EDX or RDX before a division of EAX or RAX",
        )
    value = registers[name] & (0xFFFF_FFFF if short else -1)
    if value == 0:
        return Finding(
            f"the kernel divided by zero: {str(instruction).upper()}, and "
            f"{instruction.operands.upper()} is 0",
            "a divisor that comes from a program, or from a measurement, must be tested first",
        )
    return Finding(
        f"{str(instruction).upper()}: the quotient does not fit, EDX:EAX is "
        f"{registers['rdx'] & 0xFFFF_FFFF:#x}:{registers['rax'] & 0xFFFF_FFFF:#x}",
        "DIV takes twice as many bits as the divisor has: clear EDX (or RDX) before it",
    )


@rule("alignment", "SDM Vol. 3A 6.15, #GP")
def alignment(case: Case) -> Finding | None:
    """An SSE instruction with an operand that is not aligned."""
    first, instruction = case.first, case.instruction
    if first is None or first.vector != GENERAL_PROTECTION or first.error or instruction is None:
        return None
    if instruction.mnemonic not in ALIGNED or instruction.operand is None:
        return None
    if first.registers.privilege != 0 or instruction.operand % ALIGNMENT == 0:
        return None
    stack = abs(instruction.operand - first.registers["rsp"]) < 1 << 12
    cure = (
        "RSP must be a multiple of 16 before each CALL (System V ABI 3.2.2)"
        if stack
        else "put `.balign 16` directly in front of the data"
    )
    return Finding(
        f"{instruction.mnemonic.upper()} needs an operand aligned to 16 bytes, and "
        f"{case.name(instruction.operand)} is not",
        cure,
        wrong=None if stack else Datum("the operand", instruction.operand, ALIGNMENT),
        inputs=((instruction.address, instruction.reaches),),
    )


@rule("non-canonical", "SDM Vol. 1 3.3.7.1")
def non_canonical(case: Case) -> Finding | None:
    """A memory operand in the kernel whose address is not canonical."""
    first, instruction = case.first, case.instruction
    if first is None or first.vector not in (12, GENERAL_PROTECTION) or instruction is None:
        return None
    if first.registers.privilege != 0 or first.error or instruction.operand is None:
        return None
    if is_canonical(instruction.operand):
        return None
    return Finding(
        f"{str(instruction).upper()} used the address {instruction.operand:#x}, which is not "
        "canonical",
        "bits 48 to 63 of an address repeat bit 47; a number that was taken for a pointer, or a "
        "pointer that was overwritten",
        inputs=((instruction.address, instruction.reaches),),
    )


@rule("undefined", "SDM Vol. 3A 6.15, #UD", last_resort=True)
def undefined(case: Case) -> Finding | None:
    """Bytes in the kernel that are no instruction of this CPU."""
    first, instruction = case.first, case.instruction
    if first is None or first.vector != INVALID_OPCODE or first.registers.privilege != 0:
        return None
    what = "the bytes there are no instruction" if instruction is None else str(instruction).upper()
    return Finding(
        f"the kernel executed what this CPU does not know: {what}",
        "an instruction of a feature that CPUID does not have or CR4 has not switched on, or RIP "
        "ran into data",
    )
