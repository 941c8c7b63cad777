"""The rows of the instruction table that AVX, AVX2, FMA and F16C brought.

    vaddps xmm0, xmm1, [rbx]  ──>  ("xmm", "xmm", "m128") of ``vx,vx,vx/mx``

The notation is that of instruction_set.py.  ``vx`` is an XMM or a YMM register and
``mx`` memory of that width, alike in all operands; ``xm32`` and ``ym64`` are elements in
memory that an XMM or a YMM register indexes (VSIB, SDM Vol. 2A 2.3.12); ``trailer`` says
that a byte after the address holds what the source says by a register or a name.
"""

from __future__ import annotations

#: The predicates of VCMPPS in the order of their numbers (SDM Vol. 2A CMPPD, table 3-1).
#: Those of SSE, without V before the name, are the first SSE_PREDICATES.
PREDICATES = (
    "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord",
    "eq_uq", "nge", "ngt", "false", "neq_oq", "ge", "gt", "true",
    "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us", "nlt_uq", "nle_uq", "ord_s",
    "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq", "true_us",
)  # fmt: skip

SSE_PREDICATES = 8

#: The first sixteen have a full name too, which says how they take a QNaN.
FULL_PREDICATES = {
    "eq": "eq_oq", "lt": "lt_os", "le": "le_os", "unord": "unord_q", "neq": "neq_uq",
    "nlt": "nlt_us", "nle": "nle_us", "ord": "ord_q", "nge": "nge_us", "ngt": "ngt_us",
    "false": "false_oq", "ge": "ge_os", "gt": "gt_os", "true": "true_uq",
}  # fmt: skip

#: Which halves PCLMULQDQ multiplies -> what its number is (SDM Vol. 2B PCLMULQDQ, table 4-13).
HALVES = {"lql": 0x00, "hql": 0x01, "lqh": 0x10, "hqh": 0x11}


def _names(pattern: str, *words: tuple[str, ...]) -> str:
    """Every word put for each ``*`` of the pattern, from left to right."""
    names = [pattern]
    for choices in words:
        names = [name.replace("*", word, 1) for name in names for word in choices]
    return " ".join(names)


_ORDERS = ("132", "213", "231")
_FUSED = ("fmadd", "fmsub", "fnmadd", "fnmsub")
_ALTERNATING = ("fmaddsub", "fmsubadd")

_ARITHMETIC = ("add", "sub", "mul", "div", "max", "min", "sqrt")

ROWS = f"""
# AVX and AVX2: integers (SDM Vol. 1 5.13, 5.16)
vpacksswb vpackssdw vpackuswb vpackusdw vpunpckhbw vpunpckhwd vpunpckhdq : vx,vx,vx/mx
vpunpckhqdq vpunpcklbw vpunpcklwd vpunpckldq vpunpcklqdq : vx,vx,vx/mx
vpaddb vpaddw vpaddd vpaddq vpaddsb vpaddsw vpaddusb vpaddusw : vx,vx,vx/mx
vpsubb vpsubw vpsubd vpsubq vpsubsb vpsubsw vpsubusb vpsubusw : vx,vx,vx/mx
vpmulhw vpmullw vpmulhuw vpmuludq vpmuldq vpmulld vpmulhrsw vpmaddwd : vx,vx,vx/mx
vpmaddubsw vpsadbw vpshufb vpsignb vpsignw vpsignd vpavgb vpavgw : vx,vx,vx/mx
vpcmpeqb vpcmpeqw vpcmpeqd vpcmpeqq vpcmpgtb vpcmpgtw vpcmpgtd vpcmpgtq : vx,vx,vx/mx
vpand vpandn vpor vpxor vphaddw vphaddd vphaddsw vphsubw vphsubd vphsubsw : vx,vx,vx/mx
vpmaxsb vpmaxsw vpmaxsd vpmaxub vpmaxuw vpmaxud : vx,vx,vx/mx
vpminsb vpminsw vpminsd vpminub vpminuw vpminud : vx,vx,vx/mx
vpsllvd vpsllvq vpsrlvd vpsrlvq vpsravd : vx,vx,vx/mx
vpsllw vpslld vpsllq vpsrlw vpsrld vpsrlq vpsraw vpsrad : vx,vx,xmm/m128 | vx,vx,i8
vpslldq vpsrldq : vx,vx,i8
vpshufd vpshufhw vpshuflw : vx,vx/mx,i8
vpabsb vpabsw vpabsd vptest : vx,vx/mx
vpalignr vmpsadbw vpblendw vpblendd : vx,vx,vx/mx,i8
vpblendvb vblendvps vblendvpd : vx,vx,vx/mx,vx ; trailer
vpinsrb : xmm,xmm,r32/m8,i8
vpinsrw : xmm,xmm,r32/m16,i8
vpinsrd : xmm,xmm,rm32,i8
vpinsrq : xmm,xmm,rm64,i8 ; 64
vpextrb : r32/m8,xmm,i8
vpextrw : r32/m16,xmm,i8
vpextrb vpextrw vextractps : r64,xmm,i8
vpinsrb vpinsrw : xmm,xmm,r64,i8
vpmovmskb vmovmskps vmovmskpd : r64,vx
vpextrd : rm32,xmm,i8
vpextrq : rm64,xmm,i8 ; 64
vpmovmskb vmovmskps vmovmskpd : r32,vx
vpmovsxbw vpmovsxwd vpmovsxdq vpmovzxbw vpmovzxwd vpmovzxdq : xmm,xmm/m64 | ymm,xmm/m128
vpmovsxbd vpmovsxwq vpmovzxbd vpmovzxwq : xmm,xmm/m32 | ymm,xmm/m64
vpmovsxbq vpmovzxbq : xmm,xmm/m16 | ymm,xmm/m32
vphminposuw : xmm,xmm/m128
vpcmpestri vpcmpestrm vpcmpistri vpcmpistrm : xmm,xmm/m128,i8
vaesenc vaesenclast vaesdec vaesdeclast : xmm,xmm,xmm/m128
vaesimc : xmm,xmm/m128
vaeskeygenassist : xmm,xmm/m128,i8
vpclmulqdq : xmm,xmm,xmm/m128,i8
{_names("vpclmul*qdq", tuple(HALVES))} : xmm,xmm,xmm/m128 ; trailer

# Moves
vmovaps vmovups vmovapd vmovupd vmovdqa vmovdqu : vx,vx/mx | mx,vx
vlddqu vmovntdqa : vx,mx
vmovntdq vmovntps vmovntpd : mx,vx
vmovd : xmm,rm32 | rm32,xmm
vmovd : xmm,r64 | r64,xmm ; 64
vmovq : xmm,xmm/m64 | m64,xmm
vmovq : xmm,r64 | r64,xmm ; 64
vmovss : xmm,m32 | m32,xmm | xmm,xmm,xmm
vmovsd : xmm,m64 | m64,xmm | xmm,xmm,xmm
vmovhps vmovhpd vmovlps vmovlpd : xmm,xmm,m64 | m64,xmm
vmovhlps vmovlhps : xmm,xmm,xmm
vmovddup : xmm,xmm/m64 | ymm,ymm/m256
vmovshdup vmovsldup : vx,vx/mx
vmaskmovps vmaskmovpd vpmaskmovd vpmaskmovq : vx,vx,mx | mx,vx,vx
vmaskmovdqu : xmm,xmm
vbroadcastss : vx,xmm/m32
vbroadcastsd : ymm,xmm/m64
vbroadcastf128 vbroadcasti128 : ymm,m128
vpbroadcastb : vx,xmm/m8
vpbroadcastw : vx,xmm/m16
vpbroadcastd : vx,xmm/m32
vpbroadcastq : vx,xmm/m64
vextractf128 vextracti128 : xmm/m128,ymm,i8
vinsertf128 vinserti128 : ymm,ymm,xmm/m128,i8
vperm2f128 vperm2i128 : ymm,ymm,ymm/m256,i8
vpermilps vpermilpd : vx,vx,vx/mx | vx,vx/mx,i8
vpermd vpermps : ymm,ymm,ymm/m256
vpermq vpermpd : ymm,ymm/m256,i8
vgatherdps vpgatherdd : xmm,xm32,xmm | ymm,ym32,ymm
vgatherdpd vpgatherdq : xmm,xm64,xmm | ymm,xm64,ymm
vgatherqps vpgatherqd : xmm,xm32,xmm | xmm,ym32,xmm
vgatherqpd vpgatherqq : xmm,xm64,xmm | ymm,ym64,ymm
vzeroall vzeroupper : -
vldmxcsr vstmxcsr : m32

# Floating point
{_names("v*p*", _ARITHMETIC[:-1], ("s", "d"))} : vx,vx,vx/mx
{_names("v*p*", ("and", "andn", "or", "xor", "unpckh", "unpckl"), ("s", "d"))} : vx,vx,vx/mx
{_names("v*p*", ("addsub", "hadd", "hsub"), ("s", "d"))} : vx,vx,vx/mx
vsqrtps vsqrtpd vrcpps vrsqrtps vtestps vtestpd : vx,vx/mx
{_names("v*ss", (*_ARITHMETIC, "rcp", "rsqrt"))} : xmm,xmm,xmm/m32
{_names("v*sd", _ARITHMETIC)} : xmm,xmm,xmm/m64
vcomiss vucomiss : xmm,xmm/m32
vcomisd vucomisd : xmm,xmm/m64
vcmpps vcmppd vshufps vshufpd vblendps vblendpd vdpps : vx,vx,vx/mx,i8
vdppd : xmm,xmm,xmm/m128,i8
vcmpss vroundss vinsertps : xmm,xmm,xmm/m32,i8
vcmpsd vroundsd : xmm,xmm,xmm/m64,i8
vroundps vroundpd : vx,vx/mx,i8
vextractps : rm32,xmm,i8
{_names("vcmp*p*", PREDICATES, ("s", "d"))} : vx,vx,vx/mx ; trailer
{_names("vcmp*ss", PREDICATES)} : xmm,xmm,xmm/m32 ; trailer
{_names("vcmp*sd", PREDICATES)} : xmm,xmm,xmm/m64 ; trailer
vcvtdq2ps vcvtps2dq vcvttps2dq : vx,vx/mx
vcvtdq2pd vcvtps2pd vcvtph2ps : xmm,xmm/m64 | ymm,xmm/m128
vcvtpd2ps vcvtpd2dq vcvttpd2dq : xmm,xmm/m128 | xmm,ymm/m256
vcvtps2ph : xmm/m64,xmm,i8 | xmm/m128,ymm,i8
vcvtsi2ss vcvtsi2sd : xmm,xmm,rmy
vcvtss2si vcvttss2si : ry,xmm/m32
vcvtsd2si vcvttsd2si : ry,xmm/m64
vcvtss2sd : xmm,xmm,xmm/m32
vcvtsd2ss : xmm,xmm,xmm/m64
{_names("v**p*", _FUSED + _ALTERNATING, _ORDERS, ("s", "d"))} : vx,vx,vx/mx
{_names("v**ss", _FUSED, _ORDERS)} : xmm,xmm,xmm/m32
{_names("v**sd", _FUSED, _ORDERS)} : xmm,xmm,xmm/m64

# The same comparisons and products of SSE2 and PCLMULQDQ
{_names("cmp*p*", PREDICATES[:SSE_PREDICATES], ("s", "d"))} : xmm,xmm/m128 ; trailer
{_names("cmp*ss", PREDICATES[:SSE_PREDICATES])} : xmm,xmm/m32 ; trailer
{_names("cmp*sd", PREDICATES[:SSE_PREDICATES])} : xmm,xmm/m64 ; trailer
{_names("pclmul*qdq", tuple(HALVES))} : xmm,xmm/m128 ; trailer
"""
