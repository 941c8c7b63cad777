# Says that it is ready, then sends back every byte that it gets, up to a ^D.
# Between two bytes it does nothing PAUSE times: a guest that is slow to read.

    .include "guest.inc"

    .set CONTROL_D, 0x04

_start:
    mov dx, COM1_FIFO_CONTROL
    mov al, FIFO_ON
    out dx, al
    send ready, ready_end
next:
    mov dx, COM1_LINE_STATUS
5:  in al, dx
    test al, DATA_READY
    jz 5b
    mov dx, COM1
    in al, dx
    cmp al, CONTROL_D
    je done
    send_al
    mov ecx, PAUSE + 1
6:  loop 6b
    jmp next
done:
    say record, record_end
    end_with 0x10

    .section .rodata
ready:
    .ascii "ready> "
ready_end:
record:
    .ascii "ring3: exit status=0\n"
record_end:
