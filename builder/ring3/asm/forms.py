"""The encodings that Keystone lacks or spoils, each with the manual's page.

    FORMS["sysretq", ()]  ->  Form("o64 0f 07", "SDM Vol. 2B SYSRET")

The notation is the manual's (SDM Vol. 2A 3.1.1.1): bytes in hexadecimal, ``/r``
and ``/0`` … ``/7`` for a ModRM byte, ``+r`` for a register in the last opcode
byte, ``ib iw id io`` for an immediate.  ``o16 o32 o64`` is an operand size,
``o`` that of the shape, whose prefix depends on the mode; ``moffs`` is an address
field, ``ptr`` a far pointer, ``wait`` the byte 9b before all others; ``vex.L.pp.map.W``
is a VEX prefix whose vvvv names no register (SDM Vol. 2A 2.3).  The register
in ModRM.reg is the one operand that is not in ModRM.rm; of two registers ``/r``
takes the first into reg, ``/mr`` the second.
"""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """An opcode in the manual's notation, and the page that it is from."""

    opcode: str
    page: str


# mnemonic, the shape's atoms, opcode, page
_ROWS = """
# Fast system calls: Keystone takes sysret and sysexit for the 64-bit forms only
sysretq  | -                          | o64 0f 07      | SDM Vol. 2B SYSRET
sysretd  | -                          | 0f 07          | SDM Vol. 2B SYSRET
sysret   | -                          | 0f 07          | SDM Vol. 2B SYSRET
sysexitq | -                          | o64 0f 35      | SDM Vol. 2B SYSEXIT
sysexitd | -                          | 0f 35          | SDM Vol. 2B SYSEXIT
sysexit  | -                          | 0f 35          | SDM Vol. 2B SYSEXIT
# Returns and interrupts: Keystone's sizes are not the mode's
iret     | -                          | cf             | SDM Vol. 2A IRET
iretw    | -                          | o16 cf         | SDM Vol. 2A IRET
iretd    | -                          | o32 cf         | SDM Vol. 2A IRET
iretq    | -                          | o64 cf         | SDM Vol. 2A IRET
int      | 3                          | cc             | SDM Vol. 2A INT n
int      | i8                         | cd ib          | SDM Vol. 2A INT n
int3     | -                          | cc             | SDM Vol. 2A INT n
int1     | -                          | f1             | SDM Vol. 2A INT n
ret      | -                          | c3             | SDM Vol. 2B RET
ret      | i16                        | c2 iw          | SDM Vol. 2B RET
retq     | -                          | c3             | SDM Vol. 2B RET
retq     | i16                        | c2 iw          | SDM Vol. 2B RET
retw     | -                          | o16 c3         | SDM Vol. 2B RET
retw     | i16                        | o16 c2 iw      | SDM Vol. 2B RET
retd     | -                          | o32 c3         | SDM Vol. 2B RET
retd     | i16                        | o32 c2 iw      | SDM Vol. 2B RET
retf     | -                          | cb             | SDM Vol. 2B RET
retf     | i16                        | ca iw          | SDM Vol. 2B RET
retfw    | -                          | o16 cb         | SDM Vol. 2B RET
retfw    | i16                        | o16 ca iw      | SDM Vol. 2B RET
retfd    | -                          | o32 cb         | SDM Vol. 2B RET
retfd    | i16                        | o32 ca iw      | SDM Vol. 2B RET
retfq    | -                          | o64 cb         | SDM Vol. 2B RET
retfq    | i16                        | o64 ca iw      | SDM Vol. 2B RET
leave    | -                          | c9             | SDM Vol. 2A LEAVE
leavew   | -                          | o16 c9         | SDM Vol. 2A LEAVE
enter    | i16,i8                     | c8 iw ib       | SDM Vol. 2A ENTER
# Jumps and calls: far ones, and those of a size that is not the mode's
jmp      | r64 m64                    | ff /4          | SDM Vol. 2A JMP
jmp      | r32 m32                    | o32 ff /4      | SDM Vol. 2A JMP
jmp      | r16 m16                    | o16 ff /4      | SDM Vol. 2A JMP
jmp      | far                        | ff /5          | SDM Vol. 2A JMP
jmp      | m48                        | o32 ff /5      | SDM Vol. 2A JMP
jmp      | ptr                        | ea ptr         | SDM Vol. 2A JMP
call     | r64 m64                    | ff /2          | SDM Vol. 2A CALL
call     | r32 m32                    | o32 ff /2      | SDM Vol. 2A CALL
call     | r16 m16                    | o16 ff /2      | SDM Vol. 2A CALL
call     | far                        | ff /3          | SDM Vol. 2A CALL
call     | m48                        | o32 ff /3      | SDM Vol. 2A CALL
call     | ptr                        | 9a ptr         | SDM Vol. 2A CALL
ljmp     | far                        | ff /5          | SDM Vol. 2A JMP
ljmp     | ptr                        | ea ptr         | SDM Vol. 2A JMP
lcall    | far                        | ff /3          | SDM Vol. 2A CALL
lcall    | ptr                        | 9a ptr         | SDM Vol. 2A CALL
# The stack: in 64-bit code Keystone ignores the size of a number, in 16-bit code the mode
push     | es                         | 06             | SDM Vol. 2B PUSH
pop      | es                         | 07             | SDM Vol. 2B POP
pushw    | es                         | o16 06         | SDM Vol. 2B PUSH
popw     | es                         | o16 07         | SDM Vol. 2B POP
push     | ss                         | 16             | SDM Vol. 2B PUSH
pop      | ss                         | 17             | SDM Vol. 2B POP
pushw    | ss                         | o16 16         | SDM Vol. 2B PUSH
popw     | ss                         | o16 17         | SDM Vol. 2B POP
push     | ds                         | 1e             | SDM Vol. 2B PUSH
pop      | ds                         | 1f             | SDM Vol. 2B POP
pushw    | ds                         | o16 1e         | SDM Vol. 2B PUSH
popw     | ds                         | o16 1f         | SDM Vol. 2B POP
push     | fs                         | 0f a0          | SDM Vol. 2B PUSH
pop      | fs                         | 0f a1          | SDM Vol. 2B POP
pushw    | fs                         | o16 0f a0      | SDM Vol. 2B PUSH
popw     | fs                         | o16 0f a1      | SDM Vol. 2B POP
push     | gs                         | 0f a8          | SDM Vol. 2B PUSH
pop      | gs                         | 0f a9          | SDM Vol. 2B POP
pushw    | gs                         | o16 0f a8      | SDM Vol. 2B PUSH
popw     | gs                         | o16 0f a9      | SDM Vol. 2B POP
push     | cs                         | 0e             | SDM Vol. 2B PUSH
pushw    | cs                         | o16 0e         | SDM Vol. 2B PUSH
push     | is8                        | 6a ib          | SDM Vol. 2B PUSH
push     | i16                        | 68 iw          | SDM Vol. 2B PUSH
push     | i32 i32s                   | 68 id          | SDM Vol. 2B PUSH
pushq    | is8                        | 6a ib          | SDM Vol. 2B PUSH
pushq    | i32s                       | 68 id          | SDM Vol. 2B PUSH
pushq    | r64                        | 50+r           | SDM Vol. 2B PUSH
pushq    | m64                        | ff /6          | SDM Vol. 2B PUSH
pushq    | fs                         | 0f a0          | SDM Vol. 2B PUSH
pushq    | gs                         | 0f a8          | SDM Vol. 2B PUSH
popq     | r64                        | 58+r           | SDM Vol. 2B POP
popq     | m64                        | 8f /0          | SDM Vol. 2B POP
popq     | fs                         | 0f a1          | SDM Vol. 2B POP
popq     | gs                         | 0f a9          | SDM Vol. 2B POP
pushw    | is8                        | o16 6a ib      | SDM Vol. 2B PUSH
pushw    | i16                        | o16 68 iw      | SDM Vol. 2B PUSH
pushw    | r16                        | o16 50+r       | SDM Vol. 2B PUSH
pushw    | m16                        | o16 ff /6      | SDM Vol. 2B PUSH
popw     | r16                        | o16 58+r       | SDM Vol. 2B POP
popw     | m16                        | o16 8f /0      | SDM Vol. 2B POP
pushd    | es                         | o32 06         | SDM Vol. 2B PUSH
popd     | es                         | o32 07         | SDM Vol. 2B POP
pushd    | ss                         | o32 16         | SDM Vol. 2B PUSH
popd     | ss                         | o32 17         | SDM Vol. 2B POP
pushd    | ds                         | o32 1e         | SDM Vol. 2B PUSH
popd     | ds                         | o32 1f         | SDM Vol. 2B POP
pushd    | cs                         | o32 0e         | SDM Vol. 2B PUSH
pushd    | fs                         | o32 0f a0      | SDM Vol. 2B PUSH
popd     | fs                         | o32 0f a1      | SDM Vol. 2B POP
pushd    | gs                         | o32 0f a8      | SDM Vol. 2B PUSH
popd     | gs                         | o32 0f a9      | SDM Vol. 2B POP
pushd    | is8                        | o32 6a ib      | SDM Vol. 2B PUSH
pushd    | i32                        | o32 68 id      | SDM Vol. 2B PUSH
pushd    | r32                        | o32 50+r       | SDM Vol. 2B PUSH
pushd    | m32                        | o32 ff /6      | SDM Vol. 2B PUSH
popd     | r32                        | o32 58+r       | SDM Vol. 2B POP
popd     | m32                        | o32 8f /0      | SDM Vol. 2B POP
pushf    | -                          | 9c             | SDM Vol. 2B PUSHF
pushfq   | -                          | 9c             | SDM Vol. 2B PUSHF
pushfw   | -                          | o16 9c         | SDM Vol. 2B PUSHF
pushfd   | -                          | o32 9c         | SDM Vol. 2B PUSHF
popf     | -                          | 9d             | SDM Vol. 2B POPF
popfq    | -                          | 9d             | SDM Vol. 2B POPF
popfw    | -                          | o16 9d         | SDM Vol. 2B POPF
popfd    | -                          | o32 9d         | SDM Vol. 2B POPF
pusha    | -                          | 60             | SDM Vol. 2B PUSHA
pushaw   | -                          | o16 60         | SDM Vol. 2B PUSHA
pushad   | -                          | o32 60         | SDM Vol. 2B PUSHA
popa     | -                          | 61             | SDM Vol. 2B POPA
popaw    | -                          | o16 61         | SDM Vol. 2B POPA
popad    | -                          | o32 61         | SDM Vol. 2B POPA
# Descriptor tables: in 32-bit code Keystone makes the 16-bit forms of these
lgdt     | m m80                      | 0f 01 /2       | SDM Vol. 2A LGDT
lgdt     | m48                        | o32 0f 01 /2   | SDM Vol. 2A LGDT
lidt     | m m80                      | 0f 01 /3       | SDM Vol. 2A LIDT
lidt     | m48                        | o32 0f 01 /3   | SDM Vol. 2A LIDT
sgdt     | m m80                      | 0f 01 /0       | SDM Vol. 2B SGDT
sgdt     | m48                        | o32 0f 01 /0   | SDM Vol. 2B SGDT
sidt     | m m80                      | 0f 01 /1       | SDM Vol. 2B SIDT
sidt     | m48                        | o32 0f 01 /1   | SDM Vol. 2B SIDT
sldt     | r16 r32                    | o 0f 00 /0     | SDM Vol. 2B SLDT
sldt     | r64                        | 0f 00 /0       | SDM Vol. 2B SLDT
sldt     | m16                        | 0f 00 /0       | SDM Vol. 2B SLDT
str      | r16 r32                    | o 0f 00 /1     | SDM Vol. 2B STR
str      | r64                        | 0f 00 /1       | SDM Vol. 2B STR
str      | m16                        | 0f 00 /1       | SDM Vol. 2B STR
lar      | r16,r16 r16,m16            | o16 0f 02 /r   | SDM Vol. 2A LAR
lar      | r32,r32 r32,r16 r32,m16    | o32 0f 02 /r   | SDM Vol. 2A LAR
lar      | r64,r64 r64,r16 r64,m16    | o64 0f 02 /r   | SDM Vol. 2A LAR
lsl      | r16,r16 r16,m16            | o16 0f 03 /r   | SDM Vol. 2A LSL
lsl      | r32,r32 r32,r16 r32,m16    | o32 0f 03 /r   | SDM Vol. 2A LSL
lsl      | r64,r64 r64,r16 r64,m16    | o64 0f 03 /r   | SDM Vol. 2A LSL
# Segment, control and debug registers: no size prefix says how wide the general register is
mov      | sreg,r16 sreg,r32 sreg,r64 sreg,m16 | 8e /r          | SDM Vol. 2B MOV
mov      | r16,sreg                   | o16 8c /mr     | SDM Vol. 2B MOV
mov      | r32,sreg                   | o32 8c /mr     | SDM Vol. 2B MOV
mov      | r64,sreg m16,sreg          | 8c /mr         | SDM Vol. 2B MOV
mov      | r32,cr r64,cr              | 0f 20 /mr      | SDM Vol. 2B MOV (control registers)
mov      | cr,r32 cr,r64              | 0f 22 /r       | SDM Vol. 2B MOV (control registers)
mov      | r32,dr r64,dr              | 0f 21 /mr      | SDM Vol. 2B MOV (debug registers)
mov      | dr,r32 dr,r64              | 0f 23 /r       | SDM Vol. 2B MOV (debug registers)
# An address alone: Keystone makes RIP-relative ones of them, or moffs64 where none is wanted
mov      | al,moffs:8                 | a0 moffs       | SDM Vol. 2B MOV
mov      | ax,moffs:16 eax,moffs:32 rax,moffs:64 | o a1 moffs     | SDM Vol. 2B MOV
mov      | moffs:8,al                 | a2 moffs       | SDM Vol. 2B MOV
mov      | moffs:16,ax moffs:32,eax moffs:64,rax | o a3 moffs     | SDM Vol. 2B MOV
movabs   | al,moffs64:8               | a0 moffs       | SDM Vol. 2B MOV
movabs   | ax,moffs64:16 eax,moffs64:32 rax,moffs64:64 | o a1 moffs     | SDM Vol. 2B MOV
movabs   | moffs64:8,al               | a2 moffs       | SDM Vol. 2B MOV
movabs   | moffs64:16,ax moffs64:32,eax moffs64:64,rax | o a3 moffs     | SDM Vol. 2B MOV
# Exchange with itself, of the accumulator: the no-operation
xchg     | ax,ax                      | o16 90         | SDM Vol. 2D XCHG
xchg     | eax,eax                    | o32 90         | SDM Vol. 2D XCHG
xchg     | rax,rax                    | 90             | SDM Vol. 2D XCHG
nop      | r16 m16 r32 m32 r64 m64    | o 0f 1f /0     | SDM Vol. 2B NOP
# Extending the accumulator: in 16-bit code Keystone confuses the sizes
cbw      | -                          | o16 98         | SDM Vol. 2A CBW
cwde     | -                          | o32 98         | SDM Vol. 2A CBW
cdqe     | -                          | o64 98         | SDM Vol. 2A CBW
cwd      | -                          | o16 99         | SDM Vol. 2A CWD
cdq      | -                          | o32 99         | SDM Vol. 2A CWD
cqo      | -                          | o64 99         | SDM Vol. 2A CWD
# Extending moves that Keystone leaves out
movzx    | r16,r16 r16,m16            | o 0f b7 /r     | SDM Vol. 2B MOVZX
movsx    | r16,r16 r16,m16            | o 0f bf /r     | SDM Vol. 2B MOVSX
movsx    | r64,r32 r64,m32            | o64 63 /r      | SDM Vol. 2B MOVSX
movsxd   | r64,r32 r64,m32            | o64 63 /r      | SDM Vol. 2B MOVSX
movsxd   | r32,r32 r32,m32            | 63 /r          | SDM Vol. 2B MOVSX
movslq   | r64,r32 r64,m32            | o64 63 /r      | SDM Vol. 2B MOVSX
# Keystone wants a size here that the manual and GNU as do not
punpcklbw | mm,m32                    | 0f 60 /r       | SDM Vol. 2B PUNPCKLBW
punpcklwd | mm,m32                    | 0f 61 /r       | SDM Vol. 2B PUNPCKLBW
punpckldq | mm,m32                    | 0f 62 /r       | SDM Vol. 2B PUNPCKLBW
# What Keystone does not know
endbr64  | -                          | f3 0f 1e fa    | SDM Vol. 2A ENDBR64
endbr32  | -                          | f3 0f 1e fb    | SDM Vol. 2A ENDBR32
rdpid    | r64 r32                    | f3 0f c7 /7    | SDM Vol. 2B RDPID
# MOVD of 64 bits, which is MOVQ under another name
movd     | mm,r64 mm,m64              | o64 0f 6e /r   | SDM Vol. 2B MOVD
movd     | r64,mm m64,mm              | o64 0f 7e /mr  | SDM Vol. 2B MOVD
movd     | xmm,r64 xmm,m64            | 66 o64 0f 6e /r | SDM Vol. 2B MOVD
movd     | r64,xmm m64,xmm            | 66 o64 0f 7e /mr | SDM Vol. 2B MOVD
vmovd    | xmm,r64                    | vex.128.66.0f.w1 6e /r      | SDM Vol. 2B MOVD
vmovd    | r64,xmm                    | vex.128.66.0f.w1 7e /mr     | SDM Vol. 2B MOVD
bound    | r16,m32                    | o16 62 /r      | SDM Vol. 2A BOUND
bound    | r32,m64                    | o32 62 /r      | SDM Vol. 2A BOUND
# Keystone makes AVX-512's encoding of these, or wants another name for a size in memory
vcvtss2si | r32,xmm r32,m32           | vex.128.f3.0f.w0 2d /r      | SDM Vol. 2A CVTSS2SI
vcvtss2si | r64,xmm r64,m32           | vex.128.f3.0f.w1 2d /r      | SDM Vol. 2A CVTSS2SI
vcvtsd2si | r32,xmm r32,m64           | vex.128.f2.0f.w0 2d /r      | SDM Vol. 2A CVTSD2SI
vcvtsd2si | r64,xmm r64,m64           | vex.128.f2.0f.w1 2d /r      | SDM Vol. 2A CVTSD2SI
vextractps | r32,xmm,i8 m32,xmm,i8 r64,xmm,i8 | vex.128.66.0f3a.w0 17 /mr ib | SDM Vol. 2A EXTRACTPS
vcvtpd2ps | xmm,m128                  | vex.128.66.0f.w0 5a /r      | SDM Vol. 2A CVTPD2PS
vcvtpd2dq | xmm,m128                  | vex.128.f2.0f.w0 e6 /r      | SDM Vol. 2A CVTPD2DQ
vcvttpd2dq | xmm,m128                 | vex.128.66.0f.w0 e6 /r      | SDM Vol. 2A CVTTPD2DQ
ptwrite  | r32 m32                    | f3 0f ae /4    | SDM Vol. 2B PTWRITE
ptwrite  | r64 m64                    | f3 o64 0f ae /4 | SDM Vol. 2B PTWRITE
ud0      | r16,r16 r16,m16 r32,r32 r32,m32 r64,r64 r64,m64 | o 0f ff /r | SDM Vol. 2D UD
ud1      | r16,r16 r16,m16 r32,r32 r32,m32 r64,r64 r64,m64 | o 0f b9 /r | SDM Vol. 2D UD
# Shadow stacks (SDM Vol. 1 chapter 17)
incsspd  | r32                        | f3 0f ae /5    | SDM Vol. 2A INCSSPD
incsspq  | r64                        | f3 o64 0f ae /5 | SDM Vol. 2A INCSSPD
rdsspd   | r32                        | f3 0f 1e /1    | SDM Vol. 2B RDSSPD
rdsspq   | r64                        | f3 o64 0f 1e /1 | SDM Vol. 2B RDSSPD
saveprevssp | -                       | f3 0f 01 ea    | SDM Vol. 2B SAVEPREVSSP
rstorssp | m64                        | f3 0f 01 /5    | SDM Vol. 2B RSTORSSP
wrssd    | m32,r32                    | 0f 38 f6 /mr   | SDM Vol. 2D WRSSD
wrssq    | m64,r64                    | o64 0f 38 f6 /mr | SDM Vol. 2D WRSSD
wrussd   | m32,r32                    | 66 0f 38 f5 /mr | SDM Vol. 2D WRUSSD
wrussq   | m64,r64                    | 66 o64 0f 38 f5 /mr | SDM Vol. 2D WRUSSD
setssbsy | -                          | f3 0f 01 e8    | SDM Vol. 2B SETSSBSY
clrssbsy | m64                        | f3 0f ae /6    | SDM Vol. 2A CLRSSBSY
# The 8087's and 80287's own, which later processors skip
fneni    | -                          | db e0          | SDM Vol. 3B 22.18.9
fndisi   | -                          | db e1          | SDM Vol. 3B 22.18.9
fnsetpm  | -                          | db e4          | SDM Vol. 3B 22.18.9
feni     | -                          | wait db e0     | SDM Vol. 3B 22.18.9
fdisi    | -                          | wait db e1     | SDM Vol. 3B 22.18.9
fsetpm   | -                          | wait db e4     | SDM Vol. 3B 22.18.9
ffreep   | sti                        | df c0+r        | undocumented
# x87 with a wait before it, which Keystone leaves out
finit    | -                          | wait db e3     | SDM Vol. 2A FINIT
fclex    | -                          | wait db e2     | SDM Vol. 2A FCLEX
fstcw    | m16                        | wait d9 /7     | SDM Vol. 2A FSTCW
fstsw    | ax -                       | wait df e0     | SDM Vol. 2A FSTSW
fstsw    | m16                        | wait dd /7     | SDM Vol. 2A FSTSW
fstenv   | m                          | wait d9 /6     | SDM Vol. 2A FSTENV
fsave    | m                          | wait dd /6     | SDM Vol. 2A FSAVE
fnstsw   | -                          | df e0          | SDM Vol. 2A FSTSW
wbnoinvd | -                          | f3 0f 09       | SDM Vol. 2D WBNOINVD
rdpkru   | -                          | 0f 01 ee       | SDM Vol. 2B RDPKRU
wrpkru   | -                          | 0f 01 ef       | SDM Vol. 2D WRPKRU
fcomi    | -                          | db f1          | SDM Vol. 2A FCOMI
fcomip   | -                          | df f1          | SDM Vol. 2A FCOMI
fucomi   | -                          | db e9          | SDM Vol. 2A FCOMI
fucomip  | -                          | df e9          | SDM Vol. 2A FCOMI
# Strings: their operands say size, segment and address size alone
xlat     | - tbl8                     | d7             | SDM Vol. 2D XLAT
movs     | dst8,src8                  | a4             | SDM Vol. 2B MOVS
movsb    | - dst8,src8                | a4             | SDM Vol. 2B MOVS
movs     | dst16,src16                | o16 a5         | SDM Vol. 2B MOVS
movsw    | - dst16,src16              | o16 a5         | SDM Vol. 2B MOVS
movs     | dst32,src32                | o32 a5         | SDM Vol. 2B MOVS
movsd    | - dst32,src32              | o32 a5         | SDM Vol. 2B MOVS
movs     | dst64,src64                | o64 a5         | SDM Vol. 2B MOVS
movsq    | - dst64,src64              | o64 a5         | SDM Vol. 2B MOVS
cmps     | src8,dst8                  | a6             | SDM Vol. 2A CMPS
cmpsb    | - src8,dst8                | a6             | SDM Vol. 2A CMPS
cmps     | src16,dst16                | o16 a7         | SDM Vol. 2A CMPS
cmpsw    | - src16,dst16              | o16 a7         | SDM Vol. 2A CMPS
cmps     | src32,dst32                | o32 a7         | SDM Vol. 2A CMPS
cmpsd    | - src32,dst32              | o32 a7         | SDM Vol. 2A CMPS
cmps     | src64,dst64                | o64 a7         | SDM Vol. 2A CMPS
cmpsq    | - src64,dst64              | o64 a7         | SDM Vol. 2A CMPS
stos     | dst8 dst8,al               | aa             | SDM Vol. 2B STOS
stosb    | - dst8 dst8,al             | aa             | SDM Vol. 2B STOS
stos     | dst16 dst16,ax             | o16 ab         | SDM Vol. 2B STOS
stosw    | - dst16 dst16,ax           | o16 ab         | SDM Vol. 2B STOS
stos     | dst32 dst32,eax            | o32 ab         | SDM Vol. 2B STOS
stosd    | - dst32 dst32,eax          | o32 ab         | SDM Vol. 2B STOS
stos     | dst64 dst64,rax            | o64 ab         | SDM Vol. 2B STOS
stosq    | - dst64 dst64,rax          | o64 ab         | SDM Vol. 2B STOS
lods     | src8 al,src8               | ac             | SDM Vol. 2A LODS
lodsb    | - src8 al,src8             | ac             | SDM Vol. 2A LODS
lods     | src16 ax,src16             | o16 ad         | SDM Vol. 2A LODS
lodsw    | - src16 ax,src16           | o16 ad         | SDM Vol. 2A LODS
lods     | src32 eax,src32            | o32 ad         | SDM Vol. 2A LODS
lodsd    | - src32 eax,src32          | o32 ad         | SDM Vol. 2A LODS
lods     | src64 rax,src64            | o64 ad         | SDM Vol. 2A LODS
lodsq    | - src64 rax,src64          | o64 ad         | SDM Vol. 2A LODS
scas     | dst8 al,dst8               | ae             | SDM Vol. 2B SCAS
scasb    | - dst8 al,dst8             | ae             | SDM Vol. 2B SCAS
scas     | dst16 ax,dst16             | o16 af         | SDM Vol. 2B SCAS
scasw    | - dst16 ax,dst16           | o16 af         | SDM Vol. 2B SCAS
scas     | dst32 eax,dst32            | o32 af         | SDM Vol. 2B SCAS
scasd    | - dst32 eax,dst32          | o32 af         | SDM Vol. 2B SCAS
scas     | dst64 rax,dst64            | o64 af         | SDM Vol. 2B SCAS
scasq    | - dst64 rax,dst64          | o64 af         | SDM Vol. 2B SCAS
ins      | dst8,dx                    | 6c             | SDM Vol. 2A INS
insb     | - dst8,dx                  | 6c             | SDM Vol. 2A INS
ins      | dst16,dx                   | o16 6d         | SDM Vol. 2A INS
insw     | - dst16,dx                 | o16 6d         | SDM Vol. 2A INS
ins      | dst32,dx                   | o32 6d         | SDM Vol. 2A INS
insd     | - dst32,dx                 | o32 6d         | SDM Vol. 2A INS
outs     | dx,src8                    | 6e             | SDM Vol. 2B OUTS
outsb    | - dx,src8                  | 6e             | SDM Vol. 2B OUTS
outs     | dx,src16                   | o16 6f         | SDM Vol. 2B OUTS
outsw    | - dx,src16                 | o16 6f         | SDM Vol. 2B OUTS
outs     | dx,src32                   | o32 6f         | SDM Vol. 2B OUTS
outsd    | - dx,src32                 | o32 6f         | SDM Vol. 2B OUTS
"""


def _read(rows: str) -> dict[tuple[str, tuple[str, ...]], Form]:
    table = {}
    for row in rows.strip().splitlines():
        if row.startswith("#"):
            continue
        mnemonic, shapes, opcode, page = (part.strip() for part in row.split("|"))
        for shape in shapes.split():
            atoms = tuple(atom for atom in shape.split(",") if atom != "-")
            table[mnemonic, atoms] = Form(opcode, page)
    return table


FORMS = _read(_ROWS)
