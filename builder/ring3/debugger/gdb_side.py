"""What runs inside gdb, in gdb's own Python: the `ring3` commands, and the symbols that move.

    (gdb) ring3 idt 0x80 ──one line of JSON──> ring3 debug ──> QEMU's monitor
                         <──the answer───────

gdb may be built with another Python than ring3 runs in, so nothing of ring3 is
imported here: this file asks and shows, the decoding is done at the other end.
"""

import json
import os
import signal
import socket
from contextlib import contextmanager, suppress

import gdb

WORD = (1 << 64) - 1

# What the other end answers by itself: the name, and what `help` says.
TABLES = {
    "idt": "The gates of the IDT in words; with a vector, that one: ring3 idt 0x80",
    "gdt": "The descriptors of the GDT in words, and which segment registers use them.",
    "tss": "The stacks that the CPU changes to by itself.",
    "pages": "What is mapped, neighbours joined; with an address, the walk to it: ring3 pages $rip",
    "msrs": "STAR, LSTAR and the other registers that the doors hang on, in words.",
    "auxv": "What the program that was entered last got: arguments and auxiliary vector.",
    "frame": "What the door that was passed last has put on the kernel's stack, slot by slot.",
    "console": "All that the program has written to COM1.",
    "voice": "All that the kernel has said.",
}


# How gdb says, in English, that there is no guest any more.
LOST = ("connection closed", "Target disconnected", "not being run")


class Connection:
    """The connection to `ring3 debug`."""

    def __init__(self, path):
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.connect(path)
        self.lines = self.stream.makefile("r", encoding="utf-8")

    def ask(self, command, **facts):
        with interrupt_held():
            return self.exchange(dict(facts, command=command))

    def exchange(self, question):
        try:
            self.stream.sendall((json.dumps(question) + "\n").encode())
            line = self.lines.readline()
        except OSError:
            line = ""
        if not line:
            raise gdb.GdbError("ring3 debug has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise gdb.GdbError(answer["error"])
        return answer


class Ring3(gdb.Command):
    """Look at the kernel's side of the machine: ring3 help"""

    def __init__(self):
        super().__init__("ring3", gdb.COMMAND_STATUS, prefix=True)

    def invoke(self, text, from_tty):
        raise gdb.GdbError("say which: ring3 help lists them")


class Table(gdb.Command):
    """A command that is answered with text."""

    def __init__(self, name, summary):
        self.name = name
        self.__doc__ = summary
        super().__init__("ring3 " + name, gdb.COMMAND_STATUS, gdb.COMPLETE_EXPRESSION)

    def invoke(self, text, from_tty):
        numbers = [number_of(text)] if text.strip() else []
        gdb.write(ring3_debug.ask(self.name, numbers=numbers)["text"].rstrip("\n") + "\n")


class Type(gdb.Command):
    """Type a line to the program: ring3 type TEXT"""

    def __init__(self):
        super().__init__("ring3 type", gdb.COMMAND_STATUS, gdb.COMPLETE_NONE)

    def invoke(self, text, from_tty):
        ring3_debug.ask("type", text=text)


class Help(gdb.Command):
    """The ring3 commands, a line each."""

    def __init__(self):
        super().__init__("ring3 help", gdb.COMMAND_STATUS, gdb.COMPLETE_NONE)

    def invoke(self, text, from_tty):
        rows = dict(TABLES)
        rows["type"] = "Type a line to the program, which reads it when it runs on."
        for name, summary in rows.items():
            gdb.write(f"ring3 {name:<8} {summary}\n")


class Entry(gdb.Breakpoint):
    """Where the kernel enters a program: only now is it known where the symbols lie."""

    def __init__(self, address):
        super().__init__(f"*{address:#x}", gdb.BP_HARDWARE_BREAKPOINT, internal=True)
        self.silent = True
        self.added = {}

    def stop(self):
        try:
            with interrupt_held():
                self.enter()
        except KeyboardInterrupt:
            return True
        return False

    def enter(self):
        stack = number_of("$rsp")
        frame = bytes(gdb.selected_inferior().read_memory(stack, 40))
        words = [int.from_bytes(frame[place : place + 8], "little") for place in range(0, 40, 8)]
        try:
            self.load(ring3_debug.ask("enter", code=words[1], stack=words[3])["files"])
        except (gdb.error, gdb.GdbError) as error:
            gdb.write(f"ring3: no symbols of this program: {error}\n")

    def load(self, files):
        """Have the symbols of exactly these files, each at its place."""
        wanted = {(file["path"], file["bias"]): file["address"] for file in files}
        for key in set(self.added) - set(wanted):
            quietly(f"remove-symbol-file -a {self.added.pop(key):#x}")
        for key in set(wanted) - set(self.added):
            self.added[key] = wanted[key]
            quietly('add-symbol-file "{}" -o {:#x}'.format(*key))


@contextmanager
def interrupt_held():
    """A Ctrl-C must not tear a question from its answer: it comes when the block has ended."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def quietly(command):
    gdb.execute(command, to_string=True)


def attach(path):
    """Connect, without a word about a place that has no source."""
    with suppress(gdb.error):  # gdb before 12 has no such setting
        quietly("set suppress-cli-notifications on")
    quietly("target remote " + path)
    with suppress(gdb.error):
        quietly("set suppress-cli-notifications off")


def number_of(expression):
    """The value of an expression; of a routine, its address."""
    value = gdb.parse_and_eval(expression)
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_FUNC:
        value = value.address
    return int(value) & WORD


def show_news(*event):
    """What the guest has said since the last time, and how it ended."""
    text = ring3_debug.ask("news")["text"]
    if text:
        gdb.write(text)
        gdb.flush()


def run_script(path):
    """Run a script without a terminal, and end gdb: 0, or 1 when a command of it failed."""
    status = 0
    try:
        gdb.execute("source " + path)
    except gdb.error as error:
        # The guest's end closes the connection, which may be how the script should end.
        lost = any(words in str(error) for words in LOST)
        if not (lost and ring3_debug.ask("ended", message=str(error))["well"]):
            gdb.write(f"ring3 debug: {error}\n", gdb.STDERR)
            status = 1
    show_news()
    with suppress(gdb.error):  # the guest may have ended
        quietly("kill")
    gdb.execute(f"quit {status}")


def start():
    """Attach, and load the symbols that are known already."""
    facts = ring3_debug.ask("start")
    # What is not there yet, of the vDSO or of a PIE program, will be.
    for setting in ("confirm off", "breakpoint pending on"):
        quietly("set " + setting)
    for setting in ("pagination off", "width 0") if facts["script"] else ():
        quietly("set " + setting)
    attach(facts["socket"])
    Ring3()
    for name, summary in TABLES.items():
        Table(name, summary)
    Type()
    Help()
    if facts["entry"] is None:
        gdb.write("ring3: this kernel has no program_iretq: no symbols of PIE programs or vDSO\n")
    else:
        Entry(facts["entry"]).load(facts["files"])
    gdb.events.stop.connect(show_news)
    gdb.events.exited.connect(show_news)
    gdb.write(facts["text"])
    if facts["script"]:
        run_script(facts["script"])


ring3_debug = Connection(os.environ["RING3_DEBUG"])
start()
