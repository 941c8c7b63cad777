"""What the assembler refuses by name: extensions that GNU as knows and ring3 does not.

    "vpternlogd" ── extension_of ──> "AVX-512"      "k1" ── extension_of_register ──> "AVX-512"

A name that is in no pattern here is a mistake of spelling, not an extension.
"""

from __future__ import annotations

import re
from functools import lru_cache

_EXTENSIONS = {
    "VMX": "vm(call|clear|launch|resume|ptrld|ptrst|read|write|xoff|xon|func)|invept|invvpid",
    "SVM": "vm(run|mcall|load|save|gexit)|stgi|clgi|skinit|invlpga|invlpgb|tlbsync",
    "SMX": "getsec",
    "SGX": "encl[suv]|pconfig",
    "AMX": (
        "(ld|st)tilecfg|tile(loadd(t1)?|release|stored|zero)|tdp(bssd|bsud|busd|buud|bf16ps|fp16ps)"
    ),
    "MPX": "bnd(mk|mov|cl|cu|cn|stx|ldx)",
    "SHA": r"sha(1|256)\w+",
    "GFNI": r"v?gf2p8\w+",
    "3DNow!": r"femms|pavgusb|pf\w+|pi2f[dw]|pmulhrw|pswapd",
    "SSE4a": "extrq|insertq|movnts[sd]",
    "XOP": (
        r"vpcom(|lt|le|gt|ge|eq|neq?|false|true)u?[bwdq]|vpcmov|vpperm|vp(rot|sha|shl)[bwdq]|"
        r"vfrcz[ps][sd]|vpmac\w+|vpmadcs\w+|vphadd(u?(b[wdq]|w[dq]|dq))|vphsub(bw|wd|dq)"
    ),
    "FMA4": r"vf(n?m(add|sub)|m(addsub|subadd))[ps][sd]|vpermil2p[sd]",
    "LWP": "(ll|sl)wpcb|lwpval|lwpins",
    "TBM": "bl(cfill|ci|cic|cmsk|cs|sfill|sic)|t1mskc|tzmsk",
    "PadLock": r"xstore(rng|-rng)?|xcrypt\W?\w+|montmul|xsha(1|256)",
    "Key Locker": r"(aes(enc|dec)(wide)?(128|256)kl)|encodekey(128|256)|loadiwkey",
    "AVX-512": (
        r"k(andn?|x?n?or|xnor|not|mov|ortest|test|add|shift[lr]|unpck)(b|w|d|q|bw|wd|dq)|"
        r"v4\w+|vp4\w+|v\w+[ps]h|v\w+(32|64)x[248]|vmovdq[au](8|16|32|64)|"
        r"valign[dq]|vp?blendm(b|w|d|q|ps|pd)|vperm([it]2)?(b|w|d|q|ps|pd)|"
        r"vp?(compress|expand)(b|w|d|q|ps|pd)|vp?(scatter|gather)(pf[01])?[dq](d|q|ps|pd)|"
        r"v(fixupimm|getmant|getexp|rndscale|scalef|range|reduce)[ps][sdh]|vexp2p[sd]|"
        r"v(rcp|rsqrt)(14|28)[ps][sd]|vfpclass[ps][sdh][xyz]?|vdbpsadbw|"
        r"vcvtt?(p[sdh]|s[sdh]|u?qq|u?dq|u?si|u?w|neps?|ne2ps)2(u?dq|u?qq|u?si|u?w|p[sdh]x?|s[sdh]|bf16)"
        r"[xyz]?|vpabsq|vp(and|andn|or|xor)[dq]|vp(max|min)[su]q|vpro[lr]v?[dq]|vpsravq|vpsraq|"
        r"vps(ll|ra|rl)vw|vpternlog[dq]|vpcmp(eq|lt|le|neq|nlt|nle)?u?[bwdq]|vptestn?m[bwdq]|"
        r"vpmov(s|us)?(db|dw|qb|qd|qw|wb)|vpmov([bwdq]2m|m2[bwdq])|vpbroadcastm\w+|"
        r"vp(conflict|lzcnt)[bwdq]|vpopcnt[bwdq]|vmovw|vpmullq|vpmadd52[hl]uq|vpmultishiftqb|"
        r"vpsh[lr]dv?[wdq]|vpdp\w+|vpshufbitqmb|vp2intersect[dq]|vdpbf16ps|vbcstne\w+|vcvtne[eo]\w+"
    ),
    "Knights Landing": "prefetchwt1",
    "user interrupts": "clui|stui|testui|uiret|senduipi",
    "TDX": "tdcall|seam(call|ops|ret)",
    "the 80287": "frstpm",
    "HLE": "xacquire|xrelease",
    "a prefix by itself": r"addr(16|32)|data(16|32)|rex(\.\w+|64\w+|[xyz]+)?|ht|hnt",
    "SEV-SNP": "psmash|pvalidate|rmp(adjust|update|query)",
    "a later extension": (
        "monitorx|mwaitx|clzero|rdpru|umonitor|umwait|tpause|hreset|serialize|mcommit|cldemote|"
        r"movdiri|movdir64b|enqcmds?|xsusldtrk|xresldtrk|aand|aor|axor|cmp\w+xadd|wrmsrns|rdmsrlist|"
        "wrmsrlist|prefetchit[01]|rdfred"
    ),
}
_REGISTERS = {
    "AVX-512": r"zmm([12]?\d|3[01])|[xy]mm(1[6-9]|2\d|3[01])|k[0-7]",
    "a flat segment": "flat",
    "AMX": "tmm[0-7]",
    "MPX": "bnd[0-3]",
    "a second name of a register": "[acdb]xl",
    "an index that is none": "[er]iz",
    "a test register of the 80486": "tr[0-7]",
    "a global offset table": "_global_offset_table_",
}


def extension_of(mnemonic: str) -> str | None:
    """The extension of an instruction that is not in instruction_set.py; None for other names."""
    return _first(_EXTENSIONS, mnemonic)


@lru_cache(maxsize=4096)
def extension_of_register(name: str) -> str | None:
    """The extension that a register belongs to, when it is one that is not supported."""
    return _first(_REGISTERS, name)


def _first(patterns: dict[str, str], name: str) -> str | None:
    """Patterns are compiled when there is a name to look up: most sources have none."""
    lowered = name.lower()
    return next((e for e, pattern in patterns.items() if re.fullmatch(pattern, lowered)), None)
