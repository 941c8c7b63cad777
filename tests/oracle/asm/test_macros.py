"""Macros and repetitions: the text that GNU as makes of a call is the text that we make."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oracle.asm.compared_objects import HEAD, GnuAs, assert_same, from_object
from ring3.asm import assemble
from ring3.asm.object import Object
from ring3.diagnostic import SourceError

Agree = Callable[[str], Object]

_SHOW = '.macro show a b c d:vararg\n.ascii "[\\a][\\b][\\c][\\d]"\n.endm\n'

_CALLS = r"""
1 2 3
1, 2, 3
1 + 2, 3 - 4, 5 * 6
1 -2 3
1 - 2
1 (2)
1 [2]
rax [rbx + 8]
(1 + 2) [3 4] 5
[a b] c
(a, b), c
[a, b]
{a b}
{a} {b}
{a }b
a=1, b=2
a = 1
b=9 a=7
1,,3
"a b", 'c', "d\"e"
"a" "b"
'a' 'b'
a 'b'
a, 'b' c
'a'-b 'c' d
a , b
a ,b
 a  b
a b, c d
~1 ~2
!1 !2
a < b
a && b
a : b
gs : [8]
gs:[8]
a@b
a @ b
%a %b
*a *b
a * b
a / b
a . b
. + 4
0x10 +1
"a,b", c
(a b
a) b
qword ptr [rax + 8], rbx
[rax + 8] , rbx
[ rax ]
- 1
a, -1
a - b
<a b>
a|b
a | b
a^b c
"x;y"
"x#y"
""
"" , b
a,
a "b"
"a" b
a[1] b
a+-b
+a +b
"a\"b c" d
((a b) c) d
(]) b
,,
a,,,b
"""


@pytest.mark.parametrize("call", _CALLS.split("\n")[1:-1])
def test_arguments_are_told_apart_in_the_same_way(call: str, agree: Agree) -> None:
    agree(f"{_SHOW}show {call}\n")


_SAME = {
    "defaults": (
        '.macro m a=1, b=(2 3), c="x y"\n.ascii "[\\a|\\b|\\c]"\n.endm\nm\nm , 5\nm b=7\nm 1, , 3\n'
    ),
    "required": '.macro m a:req, b\n.ascii "[\\a|\\b]"\n.endm\nm 1\nm 1, 2\nm a=3\n',
    "variadic": (
        '.macro m a, b:vararg\n.ascii "[\\a|\\b]"\n.endm\nm 1\nm 1,\nm 1, 2, 3 4\nm 1 2 3\n'
    ),
    "a comma before the parameters": '.macro m, a, b\n.ascii "[\\a|\\b]"\n.endm\nm 1, 2\n',
    "strange names": '.macro m _a.b$c\n.ascii "\\_a.b$c"\n.endm\nm x\n',
    "names in any case": '.macro MiXed A\n.ascii "\\A"\n.endm\nmixed 1\nMIXED 2\n',
    "a name that ends": '.macro m n\nlab\\n: .ascii "\\n\\()x"\nlab\\n\\()_x:\n.endm\nm 1\nm 2\n',
    "the count of calls": (
        '.macro p\n.ascii "<\\@>"\n.endm\n.macro q\n.ascii "<\\@>"\np\n'
        '.ascii "<\\@>"\n.endm\nq\nq\n'
    ),
    "labels by the count": ".macro m x\n\\x\\@: .quad \\x\\@\n.endm\nm a\nm a\n",
    "a macro in a macro": (
        '.macro outer x\n.macro inner\\x y\n.ascii "<\\x,\\y>"\n.endm\n.endm\nouter 1\ninner1 2\n'
    ),
    "recursion": '.macro m n\n.byte \\n\n.if \\n\nm "(\\n - 1)"\n.endif\n.endm\nm 5\n',
    "leaving": (
        ".macro m n\n.if \\n\n.byte 1\n.exitm\n.else\n.byte 2\n.endif\n.byte 3\n.endm\nm 1\nm 0\n"
    ),
    "leaving a repetition": (
        ".macro m n\n.rept \\n\n.byte 1\n.exitm\n.byte 2\n.endr\n.byte 3\n.endm\nm 3\n"
    ),
    "a macro named as an instruction": ".macro mov a b\n.byte \\a\n.endm\nmov 1 2\n",
    "a macro named as a directive might be": ".macro .foo a\n.byte \\a\n.endm\n.foo 3\n",
    "a macro that is forgotten": (
        ".macro m x\n.byte \\x\n.endm\nm 1\n.purgem m\n.macro m x\n.byte \\x + 1\n.endm\nm 1\n"
    ),
    "on one line": (
        ".macro m x; .byte \\x; .byte \\x + 1; .endm; m 3; .byte 9\n.rept 2; nop; .endr\n"
    ),
    "a label before a call": ".macro two\nnop\nnop\n.endm\nlab: two\n.quad lab\n",
    "characters in a body": ".macro m x\n.byte 'a', '\\n', \\x\n.ascii \"it's\"\n.endm\nm 'b'\n",
    "comments in a body": (
        ".macro m x # one\n# two\n.byte \\x /* three */ # \\x\n.endm\nm 1 # four\n"
    ),
    "conditions in a body": (
        ".macro m x\n.ifb \\x\n.byte 0\n.else\n.ifc \\x, rax\n.byte 1\n.else\n.byte 2\n.endif\n"
        ".endif\n.endm\nm\nm rax\nm rbx\n"
    ),
    "rept": ".set n, 0\n.rept 5\n.byte n\n.set n, n + 1\n.endr\n.rept 0\nnothing\n.endr\n",
    "rept in rept": '.rept 2\n.rept 3\n.ascii "a"\n.endr\n.ascii "b"\n.endr\n',
    "irp": '.irp r, a, b,c d\n.ascii "[\\r]"\n.endr\n.irp r\n.ascii "[\\r]"\n.endr\n',
    "irp with groups": '.irp x, (a b), [c d] e, "f g"\n.ascii "[\\x]"\n.endr\n',
    "irp with gaps": '.irp x, ,b\n.ascii "[\\x]"\n.endr\n.irp x, a,\n.ascii "[\\x]"\n.endr\n',
    "irp without a comma": '.irp x a b c\n.ascii "[\\x]"\n.endr\n',
    "irpc": '.irpc c, abc d\n.ascii "(\\c)"\n.endr\n.irpc c,\n.ascii "(\\c)"\n.endr\n',
    "irpc in quotes": (
        '.irpc c, "a b,c"\n.ascii "(\\c)"\n.endr\n.irpc c, a,b\n.ascii "(\\c)"\n.endr\n'
    ),
    "irp in a macro": ('.macro m a\n.irp r, x, y\n.ascii "\\a\\r\\@"\n.endr\n.endm\nm 1\nm 2\n'),
    "registers": (
        ".macro save first, rest:vararg\npush \\first\n.ifnb \\rest\nsave \\rest\n.endif\n.endm\n"
        "save rax, rbx, r12\n.irp r, r12, rbx, rax\npop \\r\n.endr\n"
    ),
    "memory operands": (
        ".macro load to, from\nmov \\to, \\from\n.endm\n"
        'load eax, [rbx + 4]\nload rcx, "qword ptr [rax]"\nload rdx, gs:[8]\n'
    ),
    "a local label in a body": ".macro w\n1: dec ecx\njne 1b\njmp 2f\nnop\n2:\n.endm\nw\nw\n",
}


@pytest.mark.parametrize("text", _SAME.values(), ids=_SAME.keys())
def test_an_expansion_is_the_same(text: str, gnu_as: GnuAs) -> None:
    data, said = gnu_as.run(HEAD + text)
    try:
        ours = assemble(HEAD + text)
    except SourceError as error:
        pytest.fail(f"we refuse it; GNU as: {said or 'takes it'}\n{error.render()}")
    assert data is not None, said
    assert_same(from_object(ours), gnu_as.assemble(HEAD + text), text)


@pytest.mark.parametrize(
    "values", [r'"a b" \y "a b" 5 \y', r"5 \y", r"\y \y", r"5 + \y", r"5\y", r"a 5 \y b, \z"]
)
def test_a_blank_before_a_backslash_separates_values(
    agree: Callable[[str], Object], values: str
) -> None:
    agree(f".irp x, {values}\n.byte 1\n.endr\n")
