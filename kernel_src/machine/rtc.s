# The wall time at boot, from the CMOS clock (MC146818A).

    .intel_syntax noprefix
    .include "include/ports.inc"
    .include "include/voice.inc"

    .set SECOND, 0                              # a reading's bytes
    .set MINUTE, 1
    .set HOUR, 2
    .set DAY, 3
    .set MONTH, 4
    .set YEAR, 5
    .set CENTURY, 6
    .set FIELDS, 7
    .set READING_SIZE, 8
    .set TRIES, 10000                           # far more than an update's 2 ms take

    .set SECONDS_A_DAY, 86400
    .set DAYS_TO_1970, 719468                   # from 0000-03-01
    .set CENTURY_1, 19                          # others are taken for the 21st's
    .set CENTURY_2, 20

    .text
    .global rtc_start
# Read the clock; without one the wall time begins at 0.
# out: wall_seconds, wall_reading
# clobbers: RAX, RCX, RDX, RSI, RDI, R8 to R11
rtc_start:
    push rbx
    sub rsp, READING_SIZE
    mov al, RTC_STATUS_D
    call rtc_read
    cmp al, RTC_D_ABSENT
    je .Labsent
    mov ebx, TRIES
1:  dec ebx
    jz .Labsent
    mov al, RTC_STATUS_A
    call rtc_read
    test al, RTC_A_UPDATING
    jnz 1b
    mov rdi, rsp                                # two readings that agree were not torn
    call rtc_read_all
    lea rdi, [rip + wall_reading]
    call rtc_read_all
    mov rax, [rsp]
    cmp rax, [rdi]
    jne 1b
    call rtc_decode
    call seconds_of_date
    mov [rip + wall_seconds], rax
    jmp 2f
.Labsent:
    say "no real-time clock: the wall time begins at 0"
    lea rdi, [rip + wall_reading]
    mov byte ptr [rdi + CENTURY], CENTURY_1     # which is 1970-01-01
    mov byte ptr [rdi + YEAR], 70
    mov byte ptr [rdi + MONTH], 1
    mov byte ptr [rdi + DAY], 1
2:  add rsp, READING_SIZE
    pop rbx
    ret

# in:  AL = register
# out: AL = its value
rtc_read:
    out PORT_RTC_INDEX, al
    in al, PORT_RTC_DATA
    ret

# in:  RDI = where to put a reading
# clobbers: RAX, RCX, RSI
rtc_read_all:
    mov qword ptr [rdi], 0
    lea rsi, [rip + fields]
    xor ecx, ecx
1:  mov al, [rsi + rcx]
    call rtc_read
    mov [rdi + rcx], al
    inc ecx
    cmp ecx, FIELDS
    jb 1b
    ret

# Make plain numbers of a reading: from BCD, and from a 12-hour clock.
# in:  RDI = reading
# clobbers: RAX, RCX, RDX, RSI
rtc_decode:
    mov al, RTC_STATUS_B
    call rtc_read
    mov esi, eax
    movzx eax, byte ptr [rdi + HOUR]
    push rax                                    # bit 7: after noon
    and al, 0xff - RTC_HOURS_PM
    mov [rdi + HOUR], al
    test esi, RTC_B_BINARY
    jnz 2f
    xor ecx, ecx
1:  movzx eax, byte ptr [rdi + rcx]             # BCD: 16 a + b means 10 a + b
    mov edx, eax
    shr edx, 4
    imul edx, edx, 16 - 10
    sub eax, edx
    mov [rdi + rcx], al
    inc ecx
    cmp ecx, FIELDS
    jb 1b
2:  pop rdx
    mov al, [rdi + HOUR]
    test esi, RTC_B_24_HOURS
    jnz 4f
    cmp al, 12                                  # 12 o'clock is hour 0 of its half
    jne 3f
    xor eax, eax
3:  test dl, RTC_HOURS_PM
    jz 4f
    add al, 12
4:  mov [rdi + HOUR], al
    cmp byte ptr [rdi + CENTURY], CENTURY_1
    je 5f
    mov byte ptr [rdi + CENTURY], CENTURY_2
5:  ret

# Count the seconds up to a date.  A year is taken to begin in March, so that the
# leap day is its last one.
# in:  RDI = reading, in plain numbers
# out: RAX = seconds since 1970-01-01 00:00:00 UTC
# clobbers: RCX, RDX, RSI, R8, R9
seconds_of_date:
    movzx eax, byte ptr [rdi + CENTURY]
    imul eax, eax, 100
    movzx esi, byte ptr [rdi + YEAR]
    add esi, eax
    movzx r8d, byte ptr [rdi + MONTH]
    sub r8d, 3                                  # March is month 0
    jns 1f
    add r8d, 12
    dec esi
1:  imul r9d, esi, 365
    mov eax, esi
    shr eax, 2
    add r9d, eax                                # a leap year in 4
    mov eax, esi
    xor edx, edx
    mov ecx, 100
    div ecx
    sub r9d, eax                                # but not in 100
    shr eax, 2
    add r9d, eax                                # but in 400
    imul eax, r8d, 153                          # 5 months from March have 153 days
    add eax, 2
    xor edx, edx
    mov ecx, 5
    div ecx
    add r9d, eax
    movzx eax, byte ptr [rdi + DAY]
    lea r9d, [r9 + rax - 1 - DAYS_TO_1970]
    imul r9, r9, SECONDS_A_DAY
    movzx eax, byte ptr [rdi + HOUR]
    imul eax, eax, 60
    movzx ecx, byte ptr [rdi + MINUTE]
    add eax, ecx
    imul eax, eax, 60
    movzx ecx, byte ptr [rdi + SECOND]
    add eax, ecx
    add rax, r9
    ret

    .global clock_log
# Say how fast the TSC is and what the wall time was.
clock_log:
    lea rdi, [rip + wall_reading]
    movzx eax, byte ptr [rdi + SECOND]
    push rax
    movzx eax, byte ptr [rdi + MINUTE]
    push rax
    movzx r9d, byte ptr [rdi + HOUR]
    movzx r8d, byte ptr [rdi + DAY]
    movzx ecx, byte ptr [rdi + MONTH]
    movzx eax, byte ptr [rdi + CENTURY]
    imul eax, eax, 100
    movzx edx, byte ptr [rdi + YEAR]
    add edx, eax
    push rdx
    push rcx
    mov rax, [rip + tsc_hz]
    xor edx, edx
    mov ecx, 1000
    div rcx
    mov rsi, rax
    pop rcx
    pop rdx
    say "tsc %d kHz, wall clock %d-%t-%t %t:%t:%t UTC"
    add rsp, 16
    ret

    .section .rodata
fields:
    .byte RTC_SECONDS, RTC_MINUTES, RTC_HOURS, RTC_DAY, RTC_MONTH, RTC_YEAR, RTC_CENTURY

    .bss
    .balign 8
    .global wall_seconds
wall_seconds:                                   # at boot, since 1970-01-01
    .skip 8
wall_reading:
    .skip READING_SIZE
