"""Which instructions there are: a table of mnemonics and the operands they take.

    "add eax, 5"  ──>  ("r32", "is8"), ("eax", "i32"), ("r32", "i32")   the shapes that fit

A row is ``mnemonics : shape | shape | … ; flags``.  Where several shapes fit,
the first one wins, as in GNU as.  The atoms of a shape:

    r32 rm32 m32    a general register, memory, either
    xmm/m128        the one or the other
    m mem           memory that takes no size before it; that takes any and ignores it
    i8 i16 i32 i64  an immediate that fills the field; is8: one byte, sign-extended;
                    i32s: four bytes, sign-extended to eight
    al cl dx st cr  a certain register, or any of a kind: sreg cr dr mm xmm ymm st sti
    1               the number one, which takes no field
    far             memory that holds a far pointer; ptr: a far pointer in the code
    moffs           memory without any register, whose address is a field by itself
    dst8 src8 tbl8  the memory at (r)di, (r)si, (r)bx that a string instruction implies
    xm32 ym64       elements in memory that an XMM or a YMM register indexes

A last letter stands for a family, all operands of it alike (the letters are
those of the manual's opcode maps, SDM Vol. 2D A.2.2): ``a`` 8, 16, 32 or 64
bits, ``v`` 16, 32 or 64, ``y`` 32 or 64, ``w`` 16 or 32, ``x`` 128 or 256.  Flags: ``64``
and ``no64`` say in which code the row counts, ``16`` and ``32`` likewise; ``default`` means
that memory without a size is of this one; ``o16`` that operands have 16 bits in any
code; ``trailer`` that a byte for a register or for the name's own number comes last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from ring3.asm import avx
from ring3.asm.branch import CONDITIONS, RELATIVE_BRANCHES

ALL_MODES = frozenset({16, 32, 64})


class Shape(NamedTuple):
    """One list of operands that a mnemonic takes; ``size`` in bits is the family's."""

    mnemonic: str
    atoms: tuple[str, ...]
    modes: frozenset[int]
    size: int | None
    is_default: bool
    has_trailer: bool = False


#: Segment register -> the prefix that overrides the default (SDM Vol. 2A 2.1.1).
SEGMENT_PREFIXES = {"es": 0x26, "cs": 0x2E, "ss": 0x36, "ds": 0x3E, "fs": 0x64, "gs": 0x65}
#: Prefixes that a source can write, with their bytes (SDM Vol. 2A 2.1.1).
PREFIXES = {
    "lock": 0xF0,
    "rep": 0xF3,
    "repe": 0xF3,
    "repz": 0xF3,
    "repne": 0xF2,
    "repnz": 0xF2,
    "bnd": 0xF2,
    "notrack": 0x3E,
    "rex.w": 0x48,
    "rex64": 0x48,
    **SEGMENT_PREFIXES,
}

#: Other names of a mnemonic -> the name in the table.
ALIASES = {
    **{
        f"{stem}{name}": f"{stem}{names[0]}"
        for stem in ("set", "cmov")
        for names in CONDITIONS
        for name in names[1:]
    },
    "sal": "shl",
    "wait": "fwait",
    "lret": "retf",
    "lretq": "retfq",
    "lretw": "retfw",
    "xlatb": "xlat",
    "ud2a": "ud2",
    "ud2b": "ud1",
    "cbtw": "cbw",
    "cwtl": "cwde",
    "cltq": "cdqe",
    "cwtd": "cwd",
    "cltd": "cdq",
    "cqto": "cqo",
    "smov": "movs",
    "scmp": "cmps",
    "slod": "lods",
    "ssto": "stos",
    "ssca": "scas",
    "fcompi": "fcomip",
    "fucompi": "fucomip",
    "fcmovnae": "fcmovb",
    "fcmovna": "fcmovbe",
    "fcmovae": "fcmovnb",
    "fcmova": "fcmovnbe",
    **{
        f"vcmp{name}{kind}{size}": f"vcmp{short}{kind}{size}"
        for short, name in avx.FULL_PREDICATES.items()
        for kind in "ps"
        for size in "sd"
    },
}

_ROWS = """
# Moving data (SDM Vol. 1 5.1.1)
mov : acca,moffsa | moffsa,acca | rma,ra | ra,ma | ra,ia | r64,i64 | ma,ia
mov : r16,sreg | r32,sreg | r64,sreg | m16,sreg | sreg,r16 | sreg,r32 | sreg,r64 | sreg,m16
mov : r64,cr | cr,r64 | r64,dr | dr,r64 ; 64
mov : r32,cr | cr,r32 | r32,dr | dr,r32 ; no64
movabs : acca,moffs64a | moffs64a,acca | r64,i64 ; 64
xchg : rax,rax | ax,ax
xchg : eax,eax ; no64
xchg : ra,ra | ma,ra | ra,ma
bswap : ry
xadd : rma,ra
cmpxchg : rma,ra
cmpxchg8b : m64
cmpxchg16b : m128 ; 64
movzx movsx : rv,rm8 | rv,rm16
movsxd : r64,rm32 | r32,rm32 ; 64
movslq : r64,rm32 ; 64
movsx : r64,r32 | r64,m32 ; 64
push pop : r64 | m64 ; 64 default
push pop : r32 | m32 ; 32 default
push pop : r16 | m16 ; 16 default
push pop : r16 | m16 ; 32 64
push pop : r32 | m32 ; 16
push : is8 | i32s ; 64
push : is8 | i32 ; 32
push : is8 | i16 ; 16
pushq popq : r64 | m64 | fs | gs ; 64 default
pushq : is8 | i32s ; 64
pushw : is8 | i16 ; o16
pushd popd : r32 | m32 | fs | gs ; no64
pushd popd : es | ss | ds ; no64
pushd : cs | is8 | i32 ; no64
pushw popw : r16 | m16 | fs | gs
pushw popw : es | ss | ds ; no64
pushw : cs ; no64
push pop : fs | gs
push pop : es | ss | ds ; no64
push : cs ; no64
pusha popa pushad popad pushaw popaw : - ; no64
pushf popf pushfw popfw : -
pushfq popfq : - ; 64
pushfd popfd : - ; no64
lahf sahf cbw cwde cwd cdq : -
cdqe cqo : - ; 64
in : al,i8 | ax,i8 | eax,i8 | al,dx | ax,dx | eax,dx
out : i8,al | i8,ax | i8,eax | dx,al | dx,ax | dx,eax
lea : rv,mem
lds les : r16,m32 | r32,m48 ; no64
lss lfs lgs : r16,m32 | r32,m48
cmovo cmovno cmovb cmovae cmove cmovne cmovbe cmova : rv,rmv
cmovs cmovns cmovp cmovnp cmovl cmovge cmovle cmovg : rv,rmv

# Arithmetic and logic (5.1.2 to 5.1.6)
add or adc sbb and sub xor cmp : rma,ra | ra,ma | rmv,is8 | acca,ia | rma,ia
test : rma,ra | ra,ma | acca,ia | rma,ia
inc dec neg not mul div idiv imul : rma
div idiv : acca,rma
imul : rv,rmv | rv,rmv,is8 | rv,rmv,iv | rv,is8 | rv,iv
rol ror rcl rcr shl shr sar : rma | rma,1 | rma,i8 | rma,cl
shld shrd : rmv,rv,i8 | rmv,rv,cl | rmv,rv
bt bts btr btc : rmv,rv | rmv,i8
bsf bsr popcnt lzcnt tzcnt : rv,rmv
seto setno setb setae sete setne setbe seta : rm8
sets setns setp setnp setl setge setle setg : rm8
crc32 : r32,rm8 | r32,rm16 | r32,rm32 | r64,rm8 | r64,rm64
movbe : rv,mv | mv,rv
adcx adox : ry,rmy
rdrand rdseed : rv
aaa aas daa das into : - ; no64
aam aad : - | i8 ; no64
bound : rw,m | r16,m32 | r32,m64 ; no64
arpl : rm16,r16 ; no64
clc stc cmc cld std : -
nop : - | rmv
ud2 pause : -
ud0 ud1 : rv,rmv

# Control transfer (5.1.7, 5.1.8)
jmp call : r64 | m64 ; 64 default
jmp call : r32 | m32 ; 32 default
jmp call : r16 | m16 ; 16 default
jmp call : m48
jmp call : r32 ; 16
jmp call : r16 | m16 ; 32
jmp call : ptr ; no64
jmp call ljmp lcall : far
ljmp lcall : ptr ; no64
ret : - | i16
retw : - | i16
retq : - | i16 ; 64
retf : - | i16 ; no64
retfw : - | i16
retd : - | i16 ; no64
retfd : - | i16
retfq : - | i16 ; 64
iret : - ; no64
iretd iretw : -
iretq : - ; 64
int : 3 | i8
int3 int1 : -
enter : i16,i8
leave : -
leavew : -
endbr64 endbr32 : -

# Strings (5.1.9)
movs : dsta,srca
cmps : srca,dsta
stos : dsta | dsta,acca
lods : srca | acca,srca
scas : dsta | acca,dsta
ins : dst8,dx | dst16,dx | dst32,dx
outs : dx,src8 | dx,src16 | dx,src32
movsb : - | dst8,src8
movsw : - | dst16,src16
movsd : - | dst32,src32
movsq : - | dst64,src64 ; 64
cmpsb : - | src8,dst8
cmpsw : - | src16,dst16
cmpsd : - | src32,dst32
cmpsq : - | src64,dst64 ; 64
stosb : - | dst8 | dst8,al
stosw : - | dst16 | dst16,ax
stosd : - | dst32 | dst32,eax
stosq : - | dst64 | dst64,rax ; 64
lodsb : - | src8 | al,src8
lodsw : - | src16 | ax,src16
lodsd : - | src32 | eax,src32
lodsq : - | src64 | rax,src64 ; 64
scasb : - | dst8 | al,dst8
scasw : - | dst16 | ax,dst16
scasd : - | dst32 | eax,dst32
scasq : - | dst64 | rax,dst64 ; 64
insb : - | dst8,dx
insw : - | dst16,dx
insd : - | dst32,dx
outsb : - | dx,src8
outsw : - | dx,src16
outsd : - | dx,src32
xlat : - | tbl8

# The machine (5.20, 5.21)
lgdt lidt sgdt sidt : m80 ; 64 default
lgdt lidt sgdt sidt : m | m48 ; no64
lldt ltr verr verw lmsw : r16 | m16
sldt str smsw : rv | m16
lar lsl : rv,rv | ry,r16 | rv,m16
invlpg : mem
mwait monitor : -
cpuid rdtsc rdtscp rdmsr wrmsr rdpmc rdpkru wrpkru xgetbv xsetbv : -
hlt cli sti clts invd wbinvd wbnoinvd rsm : -
clac stac lfence mfence sfence : -
syscall sysenter : -
swapgs sysretq sysretd sysexitq sysexitd : - ; 64
sysret sysexit : - ; no64
rdpid : r64 ; 64
rdpid : r32 ; no64
rdfsbase rdgsbase wrfsbase wrgsbase : ry ; 64
invpcid : r64,m128 ; 64
invpcid : r32,m128 ; no64
ptwrite : rmy
incsspd rdsspd : r32
incsspq rdsspq : r64
rstorssp clrssbsy : m64
saveprevssp setssbsy : -
wrssd wrussd : m32,r32
wrssq wrussq : m64,r64
clflush clflushopt clwb prefetcht0 prefetcht1 prefetcht2 prefetchnta prefetchw prefetch : mem
fxsave fxrstor xsave xrstor xsaveopt xsavec xsaves xrstors : m
fxsave64 fxrstor64 xsave64 xrstor64 xsaveopt64 xsavec64 xsaves64 xrstors64 : m ; 64
ldmxcsr stmxcsr : m32
movnti : my,ry
xabort : i8
xend xtest : -

# MMX (5.4) and the same on XMM registers (5.6.3); SSSE3 (5.8), SSE4 (5.10, 5.11)
movd : mm,rm32 | rm32,mm | xmm,rm32 | rm32,xmm ; default
movd : mm,rm64 | rm64,mm | xmm,rm64 | rm64,xmm ; 64
movq : mm,mm/m64 | m64,mm | xmm,xmm/m64 | m64,xmm
movq : mm,r64 | r64,mm | xmm,r64 | r64,xmm ; 64
packsswb packssdw packuswb punpckhbw punpckhwd punpckhdq : mm,mm/m64 | xmm,xmm/m128
punpcklbw punpcklwd punpckldq : mm,mm/m32 | xmm,xmm/m128
punpckhqdq punpcklqdq : xmm,xmm/m128
paddb paddw paddd paddq paddsb paddsw paddusb paddusw : mm,mm/m64 | xmm,xmm/m128
psubb psubw psubd psubq psubsb psubsw psubusb psubusw : mm,mm/m64 | xmm,xmm/m128
pmulhw pmullw pmulhuw pmuludq pmaddwd psadbw : mm,mm/m64 | xmm,xmm/m128
pcmpeqb pcmpeqw pcmpeqd pcmpgtb pcmpgtw pcmpgtd : mm,mm/m64 | xmm,xmm/m128
pand pandn por pxor : mm,mm/m64 | xmm,xmm/m128
psllw pslld psllq psrlw psrld psrlq psraw psrad : mm,mm/m64 | xmm,xmm/m128 | mm,i8 | xmm,i8
pslldq psrldq : xmm,i8
pavgb pavgw pmaxub pmaxsw pminub pminsw : mm,mm/m64 | xmm,xmm/m128
pshufw : mm,mm/m64,i8
pshufd pshuflw pshufhw : xmm,xmm/m128,i8
pinsrw : mm,r32/m16,i8 | xmm,r32/m16,i8
pextrw : r32,mm,i8 | r32,xmm,i8 | m16,xmm,i8
pmovmskb : r32,mm | r32,xmm
pmovmskb : r64,mm | r64,xmm
pextrw : r64,mm,i8 | r64,xmm,i8
pinsrw : mm,r64,i8 | xmm,r64,i8
pextrb extractps : r64,xmm,i8
pinsrb : xmm,r64,i8
movmskps movmskpd : r64,xmm
maskmovq : mm,mm
maskmovdqu : xmm,xmm
movntq : m64,mm
movq2dq : xmm,mm
movdq2q : mm,xmm
phaddw phaddd phaddsw phsubw phsubd phsubsw : mm,mm/m64 | xmm,xmm/m128
pabsb pabsw pabsd pmaddubsw pmulhrsw pshufb psignb psignw psignd : mm,mm/m64 | xmm,xmm/m128
palignr : mm,mm/m64,i8 | xmm,xmm/m128,i8
pmulld pmuldq ptest packusdw pcmpeqq pcmpgtq phminposuw : xmm,xmm/m128
pmaxsb pmaxsd pmaxud pmaxuw pminsb pminsd pminud pminuw : xmm,xmm/m128
pmovsxbw pmovsxwd pmovsxdq pmovzxbw pmovzxwd pmovzxdq : xmm,xmm/m64
pmovsxbd pmovsxwq pmovzxbd pmovzxwq : xmm,xmm/m32
pmovsxbq pmovzxbq : xmm,xmm/m16
pblendw mpsadbw : xmm,xmm/m128,i8
pblendvb blendvps blendvpd : xmm,xmm/m128 | xmm,xmm/m128,xmm0
pextrb : r32/m8,xmm,i8
pextrd : rm32,xmm,i8
pextrq : rm64,xmm,i8 ; 64
pinsrb : xmm,r32/m8,i8
pinsrd : xmm,rm32,i8
pinsrq : xmm,rm64,i8 ; 64
pcmpestri pcmpestrm pcmpistri pcmpistrm : xmm,xmm/m128,i8
movntdqa : xmm,m128
aesenc aesenclast aesdec aesdeclast aesimc : xmm,xmm/m128
aeskeygenassist pclmulqdq : xmm,xmm/m128,i8

# SSE, SSE2, SSE3, SSE4.1 floating point (5.5 to 5.7, 5.10)
movaps movups movapd movupd movdqa movdqu : xmm,xmm/m128 | m128,xmm
movhps movhpd movlps movlpd : xmm,m64 | m64,xmm
movhlps movlhps : xmm,xmm
movmskps movmskpd : r32,xmm
movss : xmm,xmm/m32 | m32,xmm
movsd : xmm,xmm/m64 | m64,xmm
movntps movntpd movntdq : m128,xmm
addps subps mulps divps rcpps sqrtps rsqrtps maxps minps : xmm,xmm/m128
addpd subpd mulpd divpd sqrtpd maxpd minpd : xmm,xmm/m128
andps andnps orps xorps unpckhps unpcklps : xmm,xmm/m128
andpd andnpd orpd xorpd unpckhpd unpcklpd : xmm,xmm/m128
addss subss mulss divss rcpss sqrtss rsqrtss maxss minss comiss ucomiss : xmm,xmm/m32
addsd subsd mulsd divsd sqrtsd maxsd minsd comisd ucomisd : xmm,xmm/m64
cmpps cmppd shufps shufpd : xmm,xmm/m128,i8
cmpss : xmm,xmm/m32,i8
cmpsd : xmm,xmm/m64,i8
cvtdq2ps cvtps2dq cvttps2dq cvtpd2ps cvtpd2dq cvttpd2dq : xmm,xmm/m128
cvtps2pd cvtdq2pd cvtsd2ss : xmm,xmm/m64
cvtss2sd : xmm,xmm/m32
cvtpi2ps cvtpi2pd : xmm,mm/m64
cvtps2pi cvttps2pi : mm,xmm/m64
cvtpd2pi cvttpd2pi : mm,xmm/m128
cvtsi2ss cvtsi2sd : xmm,rmy
cvtss2si cvttss2si : ry,xmm/m32
cvtsd2si cvttsd2si : ry,xmm/m64
addsubps addsubpd haddps haddpd hsubps hsubpd movshdup movsldup : xmm,xmm/m128
movddup : xmm,xmm/m64
lddqu : xmm,m128
blendps blendpd dpps dppd roundps roundpd : xmm,xmm/m128,i8
roundss insertps : xmm,xmm/m32,i8
roundsd : xmm,xmm/m64,i8
extractps : rm32,xmm,i8

# BMI (5.1.9 to 5.1.11 of the later manuals)
andn pdep pext mulx : ry,ry,rmy
bextr bzhi sarx shlx shrx : ry,rmy,ry
blsi blsmsk blsr : ry,rmy
rorx : ry,rmy,i8

# x87 (5.2)
fld fst fstp : m32 | m64 | sti
fld fstp : m80
fild fistp : m16 | m32 | m64
fist : m16 | m32
fisttp : m16 | m32 | m64
fbld fbstp : m80
fadd fmul fsub fsubr fdiv fdivr : m32 | m64 | st,sti | sti,st | sti
faddp fmulp fsubp fsubrp fdivp fdivrp : sti,st | sti | -
fiadd fimul fisub fisubr fidiv fidivr ficom ficomp : m16 | m32
fcom fcomp : m32 | m64 | sti | -
fucom fucomp : sti | -
fxch : sti | -
fcomi fcomip fucomi fucomip : st,sti | sti | -
fcmovb fcmove fcmovbe fcmovu fcmovnb fcmovne fcmovnbe fcmovnu : st,sti
ffree ffreep : sti
fneni fndisi fnsetpm feni fdisi fsetpm : -
fcompp fucompp ftst fxam fchs fabs fld1 fldz fldpi fldl2e fldl2t fldlg2 fldln2 : -
f2xm1 fyl2x fptan fpatan fxtract fprem1 fdecstp fincstp fprem fyl2xp1 fsqrt fsincos : -
frndint fscale fsin fcos fnop fninit fnclex fwait emms : -
fldcw fnstcw fstcw : m16
fnstsw fstsw : ax | m16 | -
fldenv fnstenv fstenv frstor fnsave fsave : m
finit fclex : -
"""


_FAMILY_SIZES = {
    "a": (8, 16, 32, 64),
    "v": (16, 32, 64),
    "y": (32, 64),
    "w": (16, 32),
    "x": (128, 256),
}
_FAMILY_STEMS = ("rm", "r", "m", "i", "acc", "moffs", "moffs64", "dst", "src", "v")
_VECTORS = {128: "xmm", 256: "ymm"}
_ACCUMULATORS = {8: "al", 16: "ax", 32: "eax", 64: "rax"}


def _family(atom: str) -> tuple[str, str] | None:
    """``rmv`` -> ("rm", "v"), where the atom is of a family."""
    stem, letter = atom[:-1], atom[-1:]
    return (stem, letter) if letter in _FAMILY_SIZES and stem in _FAMILY_STEMS else None


def _resize(atom: str, size: int) -> str:
    family = _family(atom)
    if family is None:
        return atom
    stem = family[0]
    if stem == "acc":
        return _ACCUMULATORS[size]
    if stem == "v":
        return _VECTORS[size]
    if stem == "i" and size == 64:
        return "i32s"
    return f"{stem}:{size}" if stem.startswith("moffs") else f"{stem}{size}"


def _alternatives(atom: str, size: int | None) -> tuple[str, ...]:
    """``r32/m8`` -> r32, m8; ``rmv`` -> r16, m16 where the family's size is 16."""
    if "/" in atom:
        return tuple(_resize(part, size) if size else part for part in atom.split("/"))
    if size:
        atom = _resize(atom, size)
    if atom.startswith("rm") and atom[2:].isdigit():
        return (f"r{atom[2:]}", f"m{atom[2:]}")
    return (atom,)


def _expand(atoms: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int | None]]:
    """A row's shape to plain shapes, each with the size of its family."""
    parts = [part for atom in atoms for part in atom.split("/")]
    letters = {family[1] for part in parts if (family := _family(part))}
    sizes: tuple[int | None, ...] = _FAMILY_SIZES[letters.pop()] if letters else (None,)
    for size in sizes:
        for plain in product(*(_alternatives(atom, size) for atom in atoms)):
            yield plain, size


def _modes(flags: list[str], atoms: tuple[str, ...], size: int | None) -> frozenset[int]:
    modes = ALL_MODES
    if "no64" in flags:
        modes = frozenset({16, 32})
    named = {int(flag) for flag in flags if flag in ("16", "32", "64")}
    if named:
        modes = frozenset(named)
    if size == 64 or {"r64", "i64", "rax"} & set(atoms):
        modes &= {64}
    return modes


class _Table(Mapping[str, list[Shape]]):
    """The shapes of every mnemonic; a row is read when one of its names is first asked for."""

    def __init__(self, rows: str) -> None:
        self._rows: dict[str, list[str]] = {}
        self._shapes: dict[str, list[Shape]] = {}
        for row in rows.strip().splitlines():
            if row and not row.startswith("#"):
                names, _, shapes = row.partition(":")
                for name in names.split():
                    self._rows.setdefault(name, []).append(shapes)

    def __getitem__(self, name: str) -> list[Shape]:
        if name not in self._shapes:
            rows = self._rows[name]
            self._shapes[name] = [shape for row in rows for shape in _shapes_of(name, row)]
        return self._shapes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _shapes_of(name: str, row: str) -> Iterator[Shape]:
    shapes, _, flags_text = row.partition(";")
    flags = flags_text.split()
    for text in shapes.split("|"):
        atoms = tuple(atom for atom in text.strip().split(",") if atom != "-")
        for plain, size in _expand(atoms):
            modes = _modes(flags, plain, size)
            width = 16 if "o16" in flags else size
            yield Shape(name, plain, modes, width, "default" in flags, "trailer" in flags)


SHAPES: Mapping[str, list[Shape]] = _Table(_ROWS + avx.ROWS)

#: Instructions that use or fill the low bits of a general register of any width, without REX.W.
WIDTH_IGNORED = frozenset((
    "pmovmskb", "pextrb", "pextrw", "pinsrb", "pinsrw", "extractps", "movmskps", "movmskpd",
    "vpmovmskb", "vpextrb", "vpextrw", "vpinsrb", "vpinsrw", "vextractps", "vmovmskps",
    "vmovmskpd",
))  # fmt: skip

#: Every name that begins an instruction.
MNEMONICS = frozenset({*SHAPES, *ALIASES, *RELATIVE_BRANCHES})
