# Sends console.bin over COM1, says voice.bin, and ends as END says:
# a value for the exit port, or one of the names below.

    .include "guest.inc"

    .set TRIPLE_FAULT, 0x100
    .set LOOP_FOREVER, 0x101

_start:
    send console, console_end
    say voice, voice_end
.if END == TRIPLE_FAULT
    lidt [no_gates]
    ud2
.elseif END == LOOP_FOREVER
5:  jmp 5b
.else
    end_with END
.endif

    .section .rodata
no_gates:
    .word 0
    .long 0
console:
    .incbin "console.bin"
console_end:
voice:
    .incbin "voice.bin"
voice_end:
