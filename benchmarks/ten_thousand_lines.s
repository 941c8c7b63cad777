# Written by make_source.py: ten thousand lines for the assembler's benchmark.
    .intel_syntax noprefix
    .macro save first, second
    push \first
    push \second
    .endm
    .text
    .global _start
_start:
routine_0:
1:
    mov r10, [r14]
    sbb r8, [r11 + rbp*1 + 173]
    mov r15, r14
    adc r10d, -298
    jmp 1f
    jae 1b
    add rax, rax
    movzx r9d, byte ptr [rax + r15*2 + 12]
    je 1b
    call routine_0
2:
    or rdi, [rdx - 64]
    mov rbp, r14
    test r15d, r11d
    mov ecx, 621575
    mov r12d, 697712
    js 1b
    lea rsi, [rip + table]
    save rax, r8
    mov gs:[56], rcx
    cmp rbx, r8
3:
    movzx r9d, byte ptr [rbx - 79]
    add r8, gs:[160]
    mov rcx, [rip + table]
    save r9, rdx
    cmp r14d, 291
    sbb r15, rsi
    movzx r9d, byte ptr gs:[8]
    test r13d, ecx
    test r13d, r9d
    mov [rip + table], r9
    ret
    .balign 16
routine_1:
1:
    mov [r9 + rbp*4 + 225], rdi
    mov r9, r9
    shl r13, 40
    sbb r10, rax
    call routine_0
    movzx ecx, byte ptr [rip + table]
    call routine_1
    mov r14, r11
    mov ebx, 35002
    add r13, [r13]
2:
    call routine_0
    xor rbx, rcx
    mov rsi, gs:[64]
    jl 1f
    jge 1f
    sub rax, [rsi + 191]
    lea rbx, [rip + table]
    add edx, -282
    and eax, -136
    adc r9, [r14 + 779]
3:
    test r11d, eax
    cmp r11d, 136
    mov r12, rsi
    mov rdx, [r15]
    lea r15, [rip + table]
    lea rcx, [rip + table]
    and r14, [r14 + r14*1 + 161]
    mov [rip + table], rdx
    sub r11, [rbp]
    adc r15, rsi
    ret
    .balign 16
routine_2:
1:
    mov rcx, rdx
    save rdi, r13
    shl r13, 9
    adc rdx, rsi
    movzx ebx, byte ptr gs:[96]
    test r8d, r13d
    test edx, ebx
    je 1b
    mov rcx, [rcx - 78]
    call routine_1
2:
    shl r9, 54
    lea rdi, [rdi + 3817]
    save r10, r13
    jmp 1b
    shl r9, 50
    mov edi, 82077
    sub ebp, -150
    save rcx, rdi
    mov r10d, 792806
    mov r10d, 469162
3:
    shl rbx, 61
    lea rdi, [r15 + rsi*1 + 131]
    lea rbx, [rip + table]
    movzx eax, byte ptr [rbx + 3819]
    mov [r13], r8
    mov r11, [rdx + rcx*1 + 243]
    xor r9d, -41
    jmp 1f
    mov edx, 665670
    mov rax, rax
    ret
    .balign 16
routine_3:
1:
    call routine_2
    jge 1f
    cmp ebp, -236
    mov r15d, 665530
    shl r8, 8
    lea rdx, [80]
    xor rcx, r9
    mov [rsi], r14
    lea rbx, [r13 + 3769]
    xor eax, 35
2:
    mov rdi, [r13 + 673]
    sub r9, r10
    shl r13, 39
    mov edx, 461699
    mov r13, rdx
    sub esi, 264
    save rbx, r12
    mov eax, 20797
    lea r13, [r13 + 498]
    mov r9d, 688062
3:
    mov r9d, 363315
    mov r13, [rcx]
    jl 1b
    mov [rcx - 71], r14
    shl r13, 44
    test r14d, r12d
    jae 1b
    lea rbp, [r9 - 99]
    call routine_0
    movzx r8d, byte ptr [rip + table]
    ret
    .balign 16
routine_4:
1:
    sbb rax, [rbp - 53]
    add r13, [r11]
    jge 1b
    shl rcx, 9
    lea r14, [rsi + 643]
    shl rbx, 15
    add rcx, gs:[0]
    movzx r12d, byte ptr gs:[128]
    or r12, gs:[120]
    mov [rax + 3730], r9
2:
    call routine_1
    lea rsi, [r12 + 619]
    jmp 1b
    save rbx, r15
    shl r9, 37
    and ecx, -44
    or r10d, -247
    adc r12, [rip + table]
    je 1b
    call routine_2
3:
    movzx ebx, byte ptr [rip + table]
    save r11, r11
    jne 1f
    save r15, rdx
    save rbp, r13
    adc ecx, 33
    and r10, [r15 + r8*1 + 178]
    shl r9, 27
    mov r11d, 619657
    lea rdx, [rbp + 633]
    ret
    .balign 16
routine_5:
1:
    test r8d, r10d
    mov rax, r11
    shl rdx, 54
    lea rdx, [rcx - 47]
    lea r10, [r13 + 887]
    test edi, r8d
    sub r13d, -87
    shl r15, 25
    mov [rsi], r10
    je 1f
2:
    movzx r13d, byte ptr [rip + table]
    xor rbp, r9
    movzx edi, byte ptr [r13]
    sbb rdi, gs:[48]
    movzx r10d, byte ptr [r8 + rbx*8 + 46]
    mov [r9 + rax*2 + 56], r10
    save r9, rbp
    jl 1b
    or rdi, [rip + table]
    adc edi, 298
3:
    jne 1f
    jae 1f
    movzx eax, byte ptr gs:[8]
    call routine_3
    call routine_2
    save rcx, r13
    mov r14d, 21240
    xor r13, r12
    xor ecx, 173
    save rsi, r8
    ret
    .balign 16
routine_6:
1:
    mov r8, gs:[40]
    shl rbp, 5
    sub r11, r8
    mov rcx, r9
    jb 1b
    xor r10d, 11
    mov [r9 - 101], rbx
    mov r12d, 772188
    add rcx, [rsi - 97]
    shl r12, 15
2:
    adc ecx, 195
    call routine_2
    save r10, rdi
    jae 1f
    shl r12, 16
    save r11, rax
    save r15, r14
    shl rbp, 21
    or r13d, -25
    mov [rip + table], r8
3:
    shl r15, 60
    jb 1f
    and rcx, [r13 - 57]
    lea r13, [232]
    movzx esi, byte ptr [rbx - 82]
    sub rcx, [rax + 711]
    movzx eax, byte ptr [r8 - 58]
    movzx r14d, byte ptr [rsi]
    mov [rbp + rdx*8 + 245], r13
    mov rdx, [rip + table]
    ret
    .balign 16
routine_7:
1:
    shl rbp, 14
    xor rdi, [r8]
    mov rax, r13
    mov r14, r8
    adc r14, r10
    lea r15, [rdx]
    mov rbp, rcx
    movzx r9d, byte ptr [rax + 265]
    mov r8d, 636279
    mov rax, r9
2:
    mov r9, r14
    mov rax, [r15]
    mov gs:[24], rsi
    movzx r14d, byte ptr [r14 + rdx*8 + 77]
    xor rsi, r11
    movzx edx, byte ptr [rdx - 52]
    add r15d, 61
    test ebp, r9d
    mov gs:[72], rbx
    jl 1b
3:
    lea rcx, [rbx + rcx*2 + 120]
    save rax, rax
    movzx ebx, byte ptr [rip + table]
    sub rdi, rax
    mov r9, [rax + r8*2 + 80]
    call routine_7
    mov r12, r9
    lea rbx, [rsi - 26]
    mov r14, rbp
    mov r12, rsi
    ret
    .balign 16
routine_8:
1:
    and rsi, r13
    sub r14d, 11
    mov ebp, 514620
    test r9d, edx
    cmp r9, r13
    sbb ebx, -168
    movzx r14d, byte ptr [r8 - 120]
    jb 1b
    adc r9, rdi
    mov ebp, 724312
2:
    mov r10, [rbx + rax*4 + 103]
    lea rdi, [rip + table]
    mov ecx, 665029
    jge 1f
    shl rbx, 29
    lea r8, [r8]
    shl r13, 4
    mov rax, [r9 + 666]
    jge 1f
    call routine_5
3:
    xor r8d, 48
    test r9d, ecx
    mov rcx, rsi
    movzx edx, byte ptr [r10 + rcx*2 + 230]
    je 1b
    test r11d, esi
    jne 1b
    lea rbx, [r11]
    call routine_3
    movzx r14d, byte ptr [rip + table]
    ret
    .balign 16
routine_9:
1:
    sbb r12, r13
    lea rdx, [r15 + 712]
    sbb r11d, 75
    test r15d, edx
    call routine_7
    jne 1f
    or eax, 244
    call routine_6
    test r15d, r8d
    mov ebp, 892541
2:
    mov rdi, r14
    add rdx, [rip + table]
    mov r14d, 634710
    test r15d, r12d
    xor r9, rbp
    test r14d, r15d
    test ebp, r10d
    movzx r10d, byte ptr [rip + table]
    and r9, [r13 + rcx*1 + 5]
    je 1f
3:
    adc esi, -282
    mov r15d, 188809
    save rax, rbp
    lea r8, [rsi - 123]
    sbb r13d, -181
    cmp rcx, [rbp - 37]
    and r10, r13
    lea rbp, [72]
    lea rbp, [224]
    save r8, rbp
    ret
    .balign 16
routine_10:
1:
    js 1b
    mov ecx, 432306
    mov rdx, [r12 + 3795]
    sub rbp, [r11]
    add r9d, -77
    test ebp, edi
    mov r11, r15
    mov r12d, 880026
    save r11, r12
    mov esi, 584588
2:
    mov r8, [r13 + 930]
    movzx r11d, byte ptr gs:[24]
    xor r11, [rip + table]
    save r8, rbx
    mov rbp, [r10 + 926]
    test esi, ebp
    jl 1f
    movzx r15d, byte ptr [r13 + r9*4 + 183]
    mov eax, 727457
    jl 1b
3:
    test r11d, r8d
    lea r13, [rip + table]
    lea rsi, [r12 + 331]
    lea rdx, [rip + table]
    save r10, r9
    mov rbp, [rsi - 87]
    or r8, [rdi - 67]
    mov r10, [rip + table]
    mov rax, gs:[56]
    call routine_3
    ret
    .balign 16
routine_11:
1:
    sbb r8, rdi
    mov ecx, 293846
    jl 1b
    mov r11d, 104922
    shl rcx, 44
    mov edx, 418181
    test r10d, r11d
    lea rbp, [rip + table]
    mov gs:[200], r11
    save rdi, rsi
2:
    shl r12, 34
    add ebx, 37
    and rbx, rsi
    call routine_2
    movzx r10d, byte ptr gs:[152]
    mov esi, 664839
    mov [rsi], rbx
    mov r15, [rbp]
    movzx edi, byte ptr [rsi]
    and r10, r15
3:
    save rsi, rbp
    mov r11d, 997375
    shl rbp, 35
    xor r15d, -76
    movzx esi, byte ptr [r9 + 3694]
    mov [rip + table], rax
    lea r9, [rsi + 24]
    sub r12d, 82
    mov r11d, 761564
    test r9d, r14d
    ret
    .balign 16
routine_12:
1:
    call routine_11
    test r11d, r10d
    mov r10, rsi
    and rcx, gs:[160]
    save rdx, r8
    save r13, r14
    call routine_5
    xor rcx, rcx
    save r13, rbp
    save r8, rbp
2:
    mov r10d, 304388
    lea rsi, [rip + table]
    mov r15, r14
    movzx ecx, byte ptr [rbp + r12*1 + 126]
    mov r13, rbp
    shl r11, 28
    lea r15, [rdi]
    mov r8d, 78463
    movzx r12d, byte ptr [rip + table]
    mov r9, [rip + table]
3:
    movzx edi, byte ptr [rip + table]
    mov [rbx], r13
    mov r15, r12
    adc r15, r12
    xor r11, r11
    call routine_0
    shl rbp, 27
    cmp esi, 49
    or r11, [r10 - 39]
    movzx ebx, byte ptr [r15 - 96]
    ret
    .balign 16
routine_13:
1:
    call routine_11
    mov r10d, 45434
    or rbp, gs:[96]
    mov gs:[168], rdx
    call routine_10
    sbb rdi, [r8 + r11*2 + 78]
    adc r9, [rbx + 487]
    mov rax, gs:[216]
    mov ecx, 962167
    call routine_6
2:
    movzx r9d, byte ptr [r13 + 78]
    test r14d, ebx
    lea rax, [rip + table]
    js 1b
    test r13d, edx
    and r11d, -117
    or rbx, r13
    test r15d, r9d
    mov rcx, [rbp + r10*2 + 44]
    mov gs:[32], r9
3:
    jne 1b
    sbb ebx, 280
    movzx eax, byte ptr gs:[120]
    save r8, rax
    test edx, r13d
    mov rax, r14
    lea r8, [rip + table]
    mov r9, [rip + table]
    call routine_6
    test ecx, r12d
    ret
    .balign 16
routine_14:
1:
    adc r13d, -95
    xor rdi, [r15 + 19]
    call routine_11
    shl rbx, 47
    cmp r15, rcx
    lea rsi, [rip + table]
    add rcx, [rcx]
    call routine_9
    test r10d, edx
    test ebp, r12d
2:
    save rdx, r10
    mov r9, [r8]
    movzx r15d, byte ptr [rbx]
    js 1f
    and r10d, -168
    movzx r9d, byte ptr [r9 + 4078]
    lea rdx, [40]
    save rcx, rdx
    lea r12, [rcx]
    test r14d, esi
3:
    mov [rip + table], r10
    mov r10d, 781466
    call routine_7
    lea r10, [rax + 134]
    movzx r14d, byte ptr gs:[120]
    mov gs:[40], rdx
    save rbp, r11
    test ecx, r14d
    jl 1b
    jne 1b
    ret
    .balign 16
routine_15:
1:
    call routine_12
    movzx r8d, byte ptr [r9]
    movzx ecx, byte ptr [r11 + r11*2 + 111]
    lea r13, [r11 + rbp*4 + 48]
    mov r11d, 271790
    mov r9, [rax + 3675]
    cmp r15d, -51
    mov ebx, 89460
    save rbp, r14
    or rcx, [rip + table]
2:
    or rdx, rdi
    movzx r15d, byte ptr [r10]
    add r14, [r10 + rcx*4 + 46]
    mov r10, r9
    mov r14d, 831100
    mov ebp, 631869
    xor r15d, 60
    add r9, [r15 + r14*1 + 209]
    lea r10, [r12]
    save r10, r13
3:
    call routine_11
    adc r9d, -276
    shl r10, 8
    mov r10, r9
    mov rbx, r15
    cmp r15, rdi
    call routine_1
    movzx edi, byte ptr [rip + table]
    cmp r9, [r15 + 602]
    cmp rdx, rcx
    ret
    .balign 16
routine_16:
1:
    shl rcx, 38
    mov ebp, 665218
    save r9, rbp
    save rdi, rdi
    save rsi, r10
    add r12, rbx
    call routine_7
    save r13, rsi
    call routine_12
    test esi, r10d
2:
    call routine_2
    mov r12d, 357329
    lea rbp, [rbx + 66]
    mov [rbx], r12
    test esi, r13d
    save r13, rdx
    save r9, rbx
    test edi, edi
    lea r14, [r9 - 72]
    call routine_1
3:
    mov rdi, rbp
    jb 1b
    js 1b
    mov [rip + table], r9
    mov r12d, 559094
    or r13, [rip + table]
    jge 1b
    movzx eax, byte ptr [rax - 66]
    test eax, eax
    mov [r13], r9
    ret
    .balign 16
routine_17:
1:
    mov [rdx + r8*2 + 79], r9
    cmp rbp, r11
    mov edx, 380635
    mov [rip + table], r8
    add r8, rax
    mov r11d, 906954
    save r12, r10
    cmp rbx, r11
    or r12d, 226
    call routine_15
2:
    save r14, r10
    shl r11, 36
    test r14d, r8d
    shl r11, 48
    shl r15, 55
    call routine_14
    shl r8, 11
    save rsi, r11
    save r9, rsi
    shl r13, 52
3:
    xor esi, 17
    mov r10, r13
    mov r13, r8
    cmp rdx, [r9 - 44]
    jb 1f
    save rbp, rax
    movzx ebx, byte ptr [rip + table]
    je 1f
    add edi, 46
    lea r10, [96]
    ret
    .balign 16
routine_18:
1:
    mov edi, 251419
    movzx r14d, byte ptr [r11 + rbx*4 + 6]
    shl rdi, 15
    mov r11, r12
    jb 1f
    lea rsi, [rbp]
    mov [rip + table], rdx
    movzx edx, byte ptr [rdx + 296]
    shl rcx, 47
    lea r12, [224]
2:
    jl 1f
    and r11, [rip + table]
    sbb rdi, r10
    mov r10d, 612973
    call routine_17
    movzx esi, byte ptr gs:[120]
    sub r9, [rdx + r14*4 + 216]
    or rax, rbx
    shl r9, 33
    test ecx, ecx
3:
    lea r15, [rax]
    movzx eax, byte ptr [rbp]
    mov rax, rax
    test edi, edi
    call routine_0
    shl rax, 36
    mov [rip + table], r9
    test esi, r15d
    mov [rcx + 289], r9
    jmp 1b
    ret
    .balign 16
routine_19:
1:
    cmp rbp, rbx
    mov r10, rcx
    test r11d, ebx
    call routine_5
    mov [rdx], r13
    and rbx, r14
    and rdx, [rax]
    shl rbx, 29
    mov [r13], rax
    mov [rax], r13
2:
    call routine_7
    lea r12, [96]
    mov r12, rsi
    call routine_6
    cmp rdi, r8
    call routine_19
    adc ebx, 136
    mov [r14 + 490], r10
    movzx ebx, byte ptr [rip + table]
    lea r15, [r15 + rdi*8 + 246]
3:
    cmp rdi, rbp
    add rdi, [rip + table]
    mov r14, [r9 + 976]
    and rcx, [rcx + 741]
    cmp rcx, rsi
    save r8, rsi
    mov ebp, 323001
    test edi, r15d
    sub r14, gs:[128]
    mov r8, gs:[88]
    ret
    .balign 16
routine_20:
1:
    cmp r9, r15
    save rdi, r14
    save r13, r9
    movzx r13d, byte ptr [r11 + 188]
    add esi, -85
    mov rdx, r14
    save rsi, rdi
    shl rbp, 16
    add rdx, rsi
    je 1b
2:
    mov ecx, 467160
    xor rcx, rcx
    mov [rbx + rsi*8 + 150], r10
    test r8d, ecx
    test r14d, edi
    mov [rbp + 3735], rdx
    call routine_4
    mov r13, [rdx - 79]
    mov rax, gs:[168]
    jae 1b
3:
    or r10, [rdi + 665]
    sbb r9, rax
    mov r14, rdi
    cmp rcx, gs:[16]
    jl 1f
    call routine_18
    mov r8d, 708828
    sub esi, -236
    movzx r11d, byte ptr [r14 - 39]
    mov [rdi + rsi*4 + 4], rbp
    ret
    .balign 16
routine_21:
1:
    mov rsi, rcx
    movzx esi, byte ptr [rip + table]
    mov [rip + table], rsi
    shl rsi, 44
    mov rdi, [rcx - 65]
    test r12d, r10d
    jae 1f
    and r14, gs:[240]
    movzx edx, byte ptr [rip + table]
    test r8d, r10d
2:
    cmp r15, [r9 + r13*8 + 93]
    mov rbp, r9
    jmp 1b
    shl r10, 24
    mov r14, r12
    cmp r8, rdx
    jl 1b
    cmp rdx, [rcx - 9]
    shl rdi, 52
    mov r10, [rip + table]
3:
    mov r8, r11
    mov r9, [rdx - 58]
    lea rcx, [8]
    shl r9, 20
    mov [r9 + r12*8 + 107], r9
    test esi, ecx
    test r10d, r9d
    lea r10, [160]
    mov r11, [rax + r14*1 + 185]
    and r10d, 150
    ret
    .balign 16
routine_22:
1:
    sbb rdi, gs:[104]
    mov ebx, 812773
    mov r8, [rip + table]
    save r10, rax
    shl rdx, 61
    shl r8, 32
    xor r15d, 57
    call routine_5
    save r10, rsi
    mov r15, gs:[112]
2:
    mov r15d, 481948
    cmp r8, [rdi + r15*1 + 247]
    mov r12, r8
    lea r15, [rbp + 166]
    adc r15d, 189
    test ecx, edi
    mov rdi, [rcx + 3980]
    and rbx, [r12 + rbx*1 + 102]
    mov rdi, [r9]
    sbb r12d, 156
3:
    lea r12, [r12 - 38]
    save r13, rsi
    mov rbx, [r8 + rcx*2 + 144]
    mov r9d, 258757
    test edi, edi
    save r8, r11
    test r15d, r11d
    cmp r9, r10
    call routine_14
    sbb r12, rbp
    ret
    .balign 16
routine_23:
1:
    save r9, r15
    mov [rip + table], r15
    mov [rax - 17], rbp
    mov rdi, rdi
    adc rdx, r13
    save rsi, r15
    mov gs:[144], r13
    mov rax, [rbp + 205]
    mov r14d, 671616
    or r12d, 0
2:
    mov ebp, 8294
    call routine_11
    mov r13d, 855306
    mov rbx, [r9 - 92]
    mov rbp, [rbp + 598]
    mov [rcx + 589], rbx
    and rbp, [rip + table]
    mov rax, [rdi + 3940]
    jmp 1f
    mov r15, r11
3:
    mov ecx, 983321
    shl rcx, 14
    and rsi, r15
    jge 1b
    sbb eax, 241
    or r12, gs:[128]
    jl 1b
    lea r14, [r9]
    save rbp, rdi
    mov r8d, 1012735
    ret
    .balign 16
routine_24:
1:
    movzx esi, byte ptr [rcx + rbp*4 + 248]
    adc edi, 262
    mov [rdx + 3880], rax
    mov [rip + table], rbx
    mov rcx, r14
    save r14, r9
    mov rax, rbp
    save r13, rsi
    and r14d, -59
    jge 1f
2:
    call routine_10
    shl r12, 4
    test r8d, ecx
    jge 1b
    sub r14, r14
    mov [r11 + 3839], r13
    mov rdi, rcx
    mov rsi, [rax + r8*1 + 26]
    mov r13d, 903889
    mov r8d, 203148
3:
    mov r9, gs:[160]
    shl r9, 61
    or r15d, 235
    sbb r14d, 24
    sub rbx, [rdx]
    mov edi, 221694
    mov [rbx], r9
    or ebx, 14
    add r10, gs:[96]
    mov r11, r10
    ret
    .balign 16
routine_25:
1:
    mov rsi, r15
    shl r8, 29
    mov [rsi + r15*8 + 146], r9
    mov rsi, r9
    mov r12, [rip + table]
    shl rcx, 21
    test r11d, ebp
    call routine_21
    js 1f
    or rsi, [rax]
2:
    save rdi, rsi
    save r14, rsi
    call routine_17
    lea rcx, [rbx]
    sbb r12, [r10 + 155]
    je 1b
    call routine_8
    shl r13, 5
    call routine_14
    lea rax, [rip + table]
3:
    sub ebx, 29
    shl r10, 41
    jmp 1b
    shl r8, 34
    add rdx, rcx
    mov r10, rbx
    call routine_1
    mov r9d, 639859
    call routine_25
    mov [rcx + 3891], rbx
    ret
    .balign 16
routine_26:
1:
    test edi, r15d
    js 1f
    shl rcx, 19
    shl r13, 16
    mov r14d, 555436
    mov r15, rax
    xor r14d, 186
    adc r14d, -231
    mov rdx, [r13 + r11*8 + 69]
    cmp r9, r15
2:
    mov rcx, [r13 - 85]
    mov r14d, 936282
    or rdx, rsi
    mov r12, [r15]
    add r8, [rsi + 924]
    call routine_4
    js 1b
    call routine_24
    sbb r9d, -276
    mov rdx, [r14 - 41]
3:
    js 1b
    test edi, ebx
    mov [rdx + 665], r8
    adc rbp, r9
    add r11d, 108
    save rcx, rbp
    mov rax, gs:[232]
    mov edx, 569200
    adc rsi, [r9 + 3802]
    test r12d, r9d
    ret
    .balign 16
routine_27:
1:
    call routine_8
    movzx r15d, byte ptr [r11 - 126]
    xor r13, [rbx + rsi*1 + 28]
    js 1b
    and r13, [r13 + 289]
    test eax, ebp
    call routine_1
    sub edx, -260
    sub rsi, [r10]
    mov r14d, 95096
2:
    shl rsi, 23
    lea rbx, [r9 - 119]
    save r13, rcx
    movzx edi, byte ptr [rip + table]
    mov [rdx - 28], rsi
    save r9, rdi
    jl 1b
    movzx r8d, byte ptr [rsi + 834]
    mov [r14 + rcx*4 + 173], rdx
    mov rcx, [r14 - 120]
3:
    or ecx, -261
    or rbp, [r13 + 922]
    jl 1f
    sub rbx, rbx
    save rdx, rbx
    test r8d, r12d
    save r9, r8
    mov r10, rcx
    adc r9, [rbx - 31]
    mov [r9 - 90], r15
    ret
    .balign 16
routine_28:
1:
    xor rsi, rax
    mov r14, rax
    movzx r13d, byte ptr [r14]
    sbb r11, rsi
    mov edx, 232930
    mov [rip + table], r10
    movzx r15d, byte ptr [rip + table]
    mov [r14 + 3938], rcx
    mov eax, 287569
    sub r9, r9
2:
    lea rdx, [rbp - 89]
    lea r9, [rbp - 59]
    mov ecx, 1005142
    shl rbp, 9
    shl rdx, 34
    mov r9, rax
    save rdi, rcx
    mov gs:[80], r14
    shl r8, 54
    test r15d, r13d
3:
    mov r13d, 72181
    mov r9, [rip + table]
    mov rdx, rdx
    lea r12, [rip + table]
    lea rdx, [r9 + 1004]
    mov edx, 1007518
    mov rax, [r11]
    mov r13, [rbx + r14*8 + 81]
    mov r14, gs:[184]
    or ebx, -170
    ret
    .balign 16
routine_29:
1:
    sbb r8, r9
    movzx edi, byte ptr [rbp + r14*2 + 168]
    lea rbp, [rdi + rbp*2 + 135]
    shl r14, 7
    mov r11, [r14]
    mov rbp, r15
    shl r8, 4
    call routine_14
    mov r11d, 491188
    cmp r9, [rbx - 46]
2:
    save r10, r9
    call routine_19
    save rdi, rcx
    shl rcx, 28
    movzx esi, byte ptr [r12 + r8*2 + 214]
    js 1b
    test esi, ebx
    lea rsi, [168]
    test r11d, ecx
    mov [rsi + r12*2 + 165], rdi
3:
    sbb r14d, 183
    movzx r11d, byte ptr [rip + table]
    mov r15d, 71358
    mov rax, rsi
    mov rsi, rsi
    mov r9, [r8]
    cmp rdx, [r14]
    or rbp, [rcx + rcx*1 + 219]
    mov rcx, rdi
    mov r8, r9
    ret
    .balign 16
routine_30:
1:
    save r10, r9
    mov rax, gs:[192]
    test r8d, edx
    save rax, r10
    save r12, rbp
    adc r9d, 136
    lea r8, [rdi + r10*1 + 48]
    save r12, r12
    and r15d, 140
    mov r14, [r9 - 15]
2:
    sbb esi, 55
    jmp 1f
    test ebp, esi
    mov [rdi - 91], rax
    save r11, rbx
    lea r12, [rip + table]
    lea r8, [rax + 478]
    mov rbx, [rbp]
    sbb r13, [rip + table]
    or rdi, [r10 - 98]
3:
    save rbp, r15
    movzx ebp, byte ptr [rip + table]
    adc rbp, r12
    js 1f
    mov rcx, [r14 + rax*4 + 164]
    mov r11d, 666735
    shl r15, 12
    mov r13, [rip + table]
    mov [rip + table], r9
    movzx r12d, byte ptr [rcx + 4000]
    ret
    .balign 16
routine_31:
1:
    save r12, rcx
    movzx ebp, byte ptr [rip + table]
    mov eax, 772009
    mov [rip + table], r10
    lea rbp, [r10 - 52]
    mov r10d, 114931
    call routine_8
    save r9, r12
    and rbx, [rax - 49]
    mov gs:[48], r14
2:
    movzx esi, byte ptr [r9 + rbp*8 + 215]
    mov [rbx + 991], r11
    shl rax, 41
    js 1b
    lea rdi, [r13 - 34]
    shl rax, 49
    test edi, r15d
    js 1b
    shl r14, 44
    sub rbp, [rbp]
3:
    call routine_26
    call routine_22
    mov rbp, [rip + table]
    js 1b
    call routine_30
    jl 1f
    je 1f
    test r10d, ebp
    mov rdi, [rip + table]
    movzx ebx, byte ptr [r10 - 109]
    ret
    .balign 16
routine_32:
1:
    sbb r12d, -266
    call routine_18
    mov r14, [r11 - 38]
    mov esi, 18497
    mov r14d, 224113
    and r8, [rdx + 4070]
    mov ebx, 202409
    je 1b
    mov rsi, rbp
    mov r14, [rip + table]
2:
    shl r14, 15
    mov r9, [rip + table]
    and edi, 242
    save rbx, r15
    movzx r13d, byte ptr [r13]
    sub rax, [rip + table]
    lea r10, [r15 + r10*8 + 9]
    mov r13d, 468651
    lea r11, [r11 - 1]
    save r12, r8
3:
    mov ebp, 325728
    lea rbx, [rip + table]
    mov r9, gs:[8]
    save r8, rdi
    movzx ecx, byte ptr [rip + table]
    sub rsi, [rax + 92]
    mov [rdx + r14*2 + 226], rdi
    lea r14, [rax + r8*2 + 13]
    call routine_30
    mov r9d, 578836
    ret
    .balign 16
routine_33:
1:
    mov edx, 227430
    adc ecx, -183
    movzx r8d, byte ptr [r14 + 852]
    mov [rsi - 32], r12
    lea r10, [r13 - 63]
    add rdi, [rax - 101]
    movzx r15d, byte ptr gs:[104]
    or rbx, rax
    cmp r10d, 37
    movzx r13d, byte ptr [rbp + rdi*4 + 181]
2:
    call routine_17
    call routine_22
    shl rbx, 60
    call routine_27
    mov gs:[192], rax
    mov r10d, 112780
    mov r10, [r13 - 72]
    adc r10d, -296
    mov ebp, 320276
    jae 1f
3:
    movzx r15d, byte ptr gs:[200]
    mov r15, gs:[240]
    lea r9, [r13 + 99]
    lea r14, [r11 + 110]
    cmp r9d, 28
    mov [rsi + rax*4 + 124], rsi
    lea rcx, [rsi - 44]
    sbb r11d, 206
    jb 1f
    mov rbx, r10
    ret
    .balign 16
routine_34:
1:
    mov [r15], rbp
    call routine_6
    shl r11, 45
    and r15, rax
    or r10, rdi
    test ebp, r12d
    mov [r9], r11
    add rcx, gs:[240]
    shl r14, 14
    save r13, rbp
2:
    lea r11, [rcx + rax*8 + 79]
    save r9, r11
    movzx ebx, byte ptr [rbp + 381]
    adc r10, r10
    or r10, gs:[176]
    and r13d, -59
    test r14d, r8d
    save rbx, r13
    movzx ebp, byte ptr [r11]
    lea rax, [rip + table]
3:
    lea r13, [r8]
    lea r13, [rip + table]
    mov [rip + table], rax
    shl r9, 20
    mov r12, rbp
    sub rsi, rcx
    shl r12, 13
    mov ecx, 790918
    test r10d, r12d
    mov rdx, r15
    ret
    .balign 16
routine_35:
1:
    add r11d, -296
    test ebp, r13d
    shl r13, 62
    call routine_11
    mov r12, r15
    call routine_25
    movzx ebp, byte ptr [rip + table]
    cmp r14, [rip + table]
    shl rsi, 53
    or r11d, -1
2:
    shl rsi, 58
    jb 1f
    xor r9, r11
    mov [r13], rdx
    lea rcx, [192]
    movzx eax, byte ptr [r10 - 26]
    mov [r11], r14
    mov r12, [r8 + rbp*4 + 105]
    call routine_22
    shl rdx, 19
3:
    lea r13, [rip + table]
    and rbp, rax
    mov esi, 158020
    call routine_31
    mov [r8 - 117], rdi
    save rax, r14
    jmp 1f
    save r14, r15
    adc r13d, 75
    shl r12, 32
    ret
    .balign 16
routine_36:
1:
    call routine_12
    js 1f
    lea r15, [208]
    cmp r10, rbp
    js 1b
    save r14, rbp
    mov rbp, r10
    mov [rbx + rdx*8 + 128], rcx
    movzx ecx, byte ptr [rdx - 68]
    test r8d, r13d
2:
    call routine_10
    sbb r10d, -112
    mov r9, rdx
    movzx edx, byte ptr [rip + table]
    mov rax, rdi
    lea r14, [104]
    movzx ecx, byte ptr [rip + table]
    xor r13d, -167
    mov r15d, 405457
    call routine_10
3:
    shl rbp, 14
    call routine_25
    test r14d, r8d
    mov r10, [rbx + 508]
    mov r11d, 318008
    mov [rip + table], rsi
    mov r13d, 780497
    mov edi, 584630
    mov r11, [r10 + 375]
    test r10d, ebx
    ret
    .balign 16
routine_37:
1:
    call routine_27
    js 1f
    mov [r8 - 127], r11
    shl rcx, 4
    call routine_3
    sbb rcx, r11
    jmp 1f
    and r8, rdx
    test r8d, r9d
    lea r10, [rdx - 95]
2:
    mov r14d, 184700
    movzx edx, byte ptr gs:[24]
    save rsi, r8
    je 1f
    mov gs:[104], rsi
    shl rdx, 28
    mov r13, r8
    adc rdx, r11
    mov ecx, 106929
    js 1b
3:
    save rax, r9
    sbb rdi, gs:[104]
    shl r11, 28
    or r9d, -292
    test r11d, eax
    save r11, r15
    mov [r11 + 134], r8
    save r12, rcx
    and rcx, [rip + table]
    mov ebx, 804237
    ret
    .balign 16
routine_38:
1:
    save r8, rdi
    mov [rax + r9*2 + 70], rdx
    mov rdx, gs:[80]
    jl 1f
    save r14, r13
    call routine_36
    call routine_32
    mov [r13], r13
    shl rax, 49
    mov r10, rdi
2:
    mov r13d, 374410
    sub rbp, gs:[88]
    mov rdi, [r15 + r11*4 + 247]
    jae 1f
    sub r14, [rbp + 3604]
    shl rdi, 24
    save r11, rax
    mov r8d, 850001
    lea r12, [224]
    cmp rdx, rax
3:
    mov rax, r12
    mov r10, [r8 - 53]
    call routine_37
    test r15d, r15d
    lea rbx, [r12 + 4095]
    call routine_26
    xor r13, r15
    save r8, rax
    sub esi, 129
    call routine_15
    ret
    .balign 16
routine_39:
1:
    mov [r9], rax
    call routine_9
    call routine_30
    jb 1f
    mov r10d, 519010
    test r11d, r14d
    test ecx, ecx
    and r10d, 38
    mov [rcx + 733], r13
    mov r10, rsi
2:
    lea rdi, [rax]
    call routine_29
    js 1f
    lea r11, [rcx + rbp*4 + 104]
    xor r15, r8
    mov rsi, [rax + rsi*1 + 214]
    mov r13, rax
    mov r10d, 971416
    mov r13, r11
    mov [rcx + 290], r10
3:
    save r14, r10
    lea rcx, [r12 - 74]
    sub rbx, r15
    call routine_35
    mov gs:[120], rbx
    cmp r15d, -131
    mov r10, [rip + table]
    mov r8d, 904703
    mov [rbx - 83], rbp
    save rdi, r10
    ret
    .balign 16
routine_40:
1:
    adc r9, r10
    shl r11, 5
    mov [r15 - 71], r12
    mov r8d, 690562
    mov rdx, rsi
    and edx, -16
    je 1b
    save r10, rsi
    mov r11, rbx
    lea r11, [rip + table]
2:
    mov [r15 + 370], r8
    call routine_23
    test esi, r12d
    sub r10d, 147
    mov r11, [r12 + r9*8 + 221]
    mov r10d, 758548
    test r9d, ecx
    mov r12, rdx
    mov gs:[224], r9
    test r11d, ebp
3:
    test ebp, ecx
    call routine_15
    mov rdx, r9
    test eax, r11d
    mov r14, [rip + table]
    lea rdx, [rdi]
    lea r15, [rip + table]
    mov r14, r11
    add r12, gs:[120]
    js 1f
    ret
    .balign 16
routine_41:
1:
    call routine_24
    xor r11, gs:[120]
    mov ebp, 154367
    mov [rbx + r11*2 + 19], r15
    mov edx, 714793
    mov [r15 + rsi*8 + 73], r12
    test r10d, r12d
    test edx, r12d
    adc rbx, gs:[144]
    shl r8, 14
2:
    jl 1f
    mov r11, [r10 + r15*8 + 83]
    save r14, r12
    or rdx, [r15 - 28]
    sbb r15, [r14 + 3808]
    jmp 1f
    mov gs:[208], r11
    adc edi, 238
    mov r13, [rbx]
    shl r13, 14
3:
    call routine_32
    test r15d, r12d
    xor rsi, [r8 + rcx*8 + 43]
    movzx r11d, byte ptr [r10 + 380]
    call routine_17
    mov [r11 - 30], r11
    shl rbp, 19
    lea r14, [r8 + rbx*4 + 227]
    movzx r11d, byte ptr [rip + table]
    or rcx, rcx
    ret
    .balign 16
routine_42:
1:
    lea r12, [r15]
    movzx ebp, byte ptr [rbp]
    mov r8, [r10 - 9]
    shl rbp, 18
    mov rsi, rcx
    mov r12d, 903839
    lea r12, [rip + table]
    mov r11, r12
    movzx ecx, byte ptr [rbx + r15*8 + 83]
    mov r15d, 120622
2:
    cmp rsi, rax
    lea r13, [rip + table]
    movzx edx, byte ptr [rsi - 48]
    test edi, r9d
    save rbx, r15
    je 1b
    mov rbp, [rdi - 68]
    mov r13, rsi
    mov r9, r11
    shl r10, 2
3:
    sbb r14d, -276
    call routine_39
    test r14d, r14d
    sub ebx, 288
    shl rax, 51
    sub r8d, -81
    add r14, rbp
    cmp rdx, [rax - 70]
    sub ebp, 163
    test r9d, esi
    ret
    .balign 16
routine_43:
1:
    call routine_5
    mov r15, r15
    and r15d, 59
    call routine_12
    mov r8d, 758662
    mov r10d, 694623
    call routine_42
    mov r14d, 426803
    shl rdi, 11
    save rcx, rdi
2:
    call routine_5
    mov [r12 + r13*1 + 88], r10
    sbb rbp, [rdi + 793]
    save r11, r15
    save rcx, rax
    mov rsi, [rcx + 797]
    save r13, rcx
    jae 1f
    call routine_8
    mov r15d, 1015866
3:
    test r9d, ebp
    adc r9d, 216
    movzx r11d, byte ptr [rbp + 61]
    movzx r11d, byte ptr [rip + table]
    call routine_8
    or rcx, [r15 - 9]
    jae 1b
    lea r10, [r13 - 13]
    mov r13, gs:[200]
    save r10, rbp
    ret
    .balign 16
routine_44:
1:
    movzx r14d, byte ptr gs:[0]
    mov r14d, 183122
    save rcx, r9
    lea rax, [112]
    lea r11, [r15 + rdi*2 + 154]
    mov edi, 241762
    sbb r14d, 41
    test r15d, ebx
    mov r15, r11
    mov rcx, rbp
2:
    call routine_38
    jae 1b
    mov r14d, 336029
    add rdi, gs:[240]
    lea r13, [rcx - 107]
    mov r13, [rax + 134]
    lea rbx, [rdx + rsi*8 + 59]
    mov [r15], r11
    save rdx, rcx
    call routine_43
3:
    mov rdx, [r10]
    save rdx, r10
    and rsi, r14
    mov ebx, 629880
    mov [rbp - 97], rcx
    lea r14, [rip + table]
    mov r13d, 437686
    adc r11, [r13 + rbx*8 + 62]
    movzx eax, byte ptr [r15 + rsi*8 + 141]
    and rdx, r8
    ret
    .balign 16
routine_45:
1:
    save r9, r14
    mov [r9 + 582], rbp
    jae 1f
    or rax, [rdx]
    je 1b
    cmp r12d, 116
    sbb r14, [r8 - 65]
    mov rdx, r15
    movzx esi, byte ptr [rcx + r14*1 + 37]
    save rdx, rdi
2:
    mov r14d, 10971
    save r12, r11
    mov [rdx - 18], r14
    lea r11, [216]
    save rdx, r10
    lea rsi, [rcx]
    and r12, r10
    call routine_24
    save r8, r8
    call routine_43
3:
    mov edx, 736538
    mov rbx, rdx
    mov rdx, [rbp + rcx*8 + 249]
    shl rdi, 59
    mov eax, 955059
    call routine_36
    xor r12, rdi
    jge 1f
    mov r15, r14
    mov ebp, 632679
    ret
    .balign 16
routine_46:
1:
    lea rax, [r11 - 23]
    mov r8, rdi
    save r12, rbp
    jmp 1b
    mov r9, [rax - 13]
    mov [r12 + rbx*2 + 231], rbp
    shl rsi, 39
    jb 1b
    lea rdx, [r12 + rsi*2 + 144]
    save rbp, rax
2:
    mov rsi, [r9]
    sbb r14, [r15 + r9*1 + 206]
    mov r12d, 616798
    sbb ebx, 245
    adc eax, -32
    shl rax, 19
    lea rdi, [r9 + 3870]
    sub rcx, rsi
    js 1b
    mov r9d, 1039648
3:
    test ebx, ebp
    and r13, r8
    cmp r11d, -12
    sub r9, [rcx + 783]
    shl r10, 56
    jge 1f
    test ecx, r13d
    save rcx, r15
    jb 1f
    call routine_2
    ret
    .balign 16
routine_47:
1:
    mov edi, 654302
    movzx esi, byte ptr [r12 + rdi*4 + 245]
    sbb r8d, 77
    adc rcx, r13
    mov r12, [r8 + rsi*4 + 24]
    shl r8, 39
    mov rsi, r9
    call routine_31
    sbb rcx, r8
    mov r15, [r11 + 459]
2:
    sub r11, r9
    shl r10, 24
    mov r13, [rbp - 71]
    mov [r10 - 62], rbx
    save rsi, r8
    js 1f
    save rax, rbp
    lea r8, [r9 + 147]
    js 1b
    mov r13d, 673932
3:
    mov r8, [r11 + r9*2 + 151]
    save rcx, r14
    mov rdx, r12
    cmp r11d, -36
    xor rax, [rip + table]
    adc r13, rsi
    mov [rsi + r14*4 + 116], r15
    xor rbx, r11
    add r14, rsi
    mov [r12], rsi
    ret
    .balign 16
routine_48:
1:
    sub rbp, r15
    xor r9, [rsi]
    mov ebp, 932004
    add r15, r15
    save r8, r11
    mov [rcx + rdi*2 + 51], r14
    mov r15, [rip + table]
    mov r10, r8
    call routine_17
    movzx r11d, byte ptr [r8 + r8*4 + 194]
2:
    sub edx, 52
    mov rdi, rbx
    movzx ebp, byte ptr [r9 - 12]
    mov r15, [rdx + rbx*8 + 37]
    cmp r8, gs:[240]
    test r14d, r11d
    mov r12d, 276278
    sub r12d, -152
    save rbp, rbx
    or ecx, -297
3:
    test r11d, r10d
    mov r15d, 212702
    mov r11d, 692768
    mov r11d, 785099
    adc ebx, 123
    save r14, r14
    save r11, r8
    lea r12, [rip + table]
    test r10d, ecx
    sbb rbp, gs:[168]
    ret
    .balign 16
routine_49:
1:
    save rcx, rsi
    movzx eax, byte ptr [rbx]
    cmp rax, rcx
    sbb r10d, -283
    adc ebx, 104
    mov rax, rcx
    mov [r14 - 99], rcx
    lea r10, [rip + table]
    mov r13, [rcx]
    save rdx, r8
2:
    test r8d, r13d
    sbb r11, rbp
    test eax, ebp
    mov [rip + table], r14
    sub r13, r9
    save r14, r14
    call routine_15
    xor ecx, 233
    cmp rsi, gs:[224]
    adc r8, rdi
3:
    sbb r8d, 85
    test eax, r14d
    mov r14, r8
    save rdi, r13
    mov gs:[200], rcx
    jmp 1b
    mov [rcx + 1005], r11
    lea r13, [r8 + 908]
    mov [rip + table], r9
    xor r14, [rdx + 110]
    ret
    .balign 16
routine_50:
1:
    mov [rdx - 115], rcx
    xor r12d, -115
    adc r11, [rbx + 219]
    mov r13, r14
    test r10d, ecx
    and rsi, [r15 - 48]
    lea r14, [rax - 37]
    mov [r11 + rax*1 + 118], rsi
    mov gs:[32], rbx
    shl rcx, 55
2:
    mov [rcx + 3647], rcx
    cmp rax, gs:[0]
    lea r10, [rcx + 749]
    mov r8d, 1031012
    mov [r9 + 3812], rsi
    movzx ebp, byte ptr [rsi - 37]
    test ecx, eax
    and rax, rax
    mov rsi, rdx
    mov r12, rsi
3:
    sbb rdi, [r10 - 24]
    jne 1f
    mov rdi, [rdx + r15*8 + 177]
    sub rdx, rdx
    mov edx, 184862
    jl 1f
    mov ebx, 755733
    mov [r9], r15
    mov r12, [rbp + 438]
    save rbx, rbp
    ret
    .balign 16
routine_51:
1:
    mov ebp, 322840
    shl rdx, 60
    lea rsi, [r10 + r9*8 + 205]
    mov ebx, 754165
    sbb r11, [r15 + 4018]
    movzx esi, byte ptr gs:[144]
    xor edi, -190
    movzx ecx, byte ptr gs:[248]
    add rax, r12
    and r8, [r8 - 52]
2:
    shl rcx, 19
    mov edi, 468738
    cmp rdx, r13
    mov r14d, 871580
    mov [rbp + r13*1 + 16], rax
    and ebp, 54
    shl r13, 34
    and r12d, -205
    call routine_43
    test edx, r13d
3:
    mov [r8 - 7], r9
    save rax, r9
    call routine_33
    save r12, r12
    jl 1b
    adc ecx, -126
    shl rsi, 7
    sub r12d, 189
    add r8d, -217
    shl rbx, 15
    ret
    .balign 16
routine_52:
1:
    adc r10, r11
    movzx r14d, byte ptr [r14 + 216]
    and r13d, -74
    movzx r15d, byte ptr [rbp + 976]
    mov [r10 + 649], rbx
    call routine_13
    add r15d, 225
    cmp rdi, r11
    js 1b
    adc rbx, rdx
2:
    save r8, rcx
    cmp rbx, r8
    test r13d, ebp
    xor ebx, 168
    and rsi, [r12 + r12*4 + 29]
    mov [r14 - 33], r8
    test r13d, eax
    mov r13, [r12 + 4076]
    lea rdi, [rdx + r14*2 + 132]
    cmp r14, r12
3:
    mov r12, r11
    mov rbp, [r9 - 71]
    test esi, r8d
    mov eax, 217151
    test esi, r12d
    lea r15, [r13 + 362]
    lea rbx, [rbp - 113]
    shl r8, 62
    save r14, rbx
    or r12d, -96
    ret
    .balign 16
routine_53:
1:
    sub r9, [rdi]
    mov edi, 512486
    save r8, rbx
    mov [r15], r11
    sub r13, [r15 + 3879]
    jmp 1f
    xor rax, [rip + table]
    mov r14d, 765973
    mov rdx, r9
    movzx r9d, byte ptr [rcx]
2:
    mov rdi, [rip + table]
    call routine_28
    lea rdi, [rdx + rbp*1 + 223]
    call routine_16
    save r13, rax
    movzx r11d, byte ptr gs:[208]
    save rdx, r10
    shl rbp, 1
    sub r11d, -208
    save rdx, rbx
3:
    sbb r9d, 18
    test r13d, eax
    mov r8, [rip + table]
    mov edx, 561662
    test r13d, eax
    sbb rcx, [rcx - 51]
    save r10, r8
    shl r13, 56
    adc r13, r11
    shl r10, 6
    ret
    .balign 16
routine_54:
1:
    mov rdx, r9
    mov [rdx + r10*4 + 96], r9
    call routine_6
    mov eax, 489560
    save r11, rdi
    mov [rip + table], rbx
    test ecx, eax
    lea r11, [rsi - 45]
    cmp r13d, -90
    mov r10, r10
2:
    and rcx, [rbp - 117]
    or rbp, r11
    mov [r13 + rdx*2 + 88], r10
    add ecx, 298
    save rax, r14
    movzx edx, byte ptr [rip + table]
    cmp ecx, -128
    mov r15, gs:[40]
    mov r15d, 938429
    mov r13, [r13 + rsi*4 + 35]
3:
    mov gs:[88], rdx
    save r14, r13
    call routine_17
    mov gs:[160], r12
    lea r12, [r15 + rdx*8 + 224]
    call routine_12
    cmp rax, [rdx + rdx*2 + 81]
    mov r9d, 153998
    call routine_26
    adc r10d, 169
    ret
    .balign 16
routine_55:
1:
    mov r13d, 424948
    mov rbp, rdx
    test r12d, edx
    sbb r13d, 83
    movzx ebx, byte ptr [rip + table]
    call routine_23
    and r15, r14
    or edx, -224
    save rdx, rbx
    lea r11, [200]
2:
    lea r14, [rax + r15*4 + 38]
    adc rdx, [rax + 4059]
    xor r10, r10
    adc r11, [rsi - 96]
    mov [r8], r10
    call routine_13
    call routine_49
    movzx ebx, byte ptr [r11 - 23]
    mov r12, [r9 - 19]
    mov rbp, rdi
3:
    save rcx, rdi
    mov edx, 810160
    mov gs:[16], r11
    or rbx, [rcx + r13*1 + 10]
    call routine_33
    shl r12, 54
    call routine_55
    save r13, r14
    mov [r8 + 477], r13
    mov r15, rdi
    ret
    .balign 16
routine_56:
1:
    mov r10, r8
    mov r13, [rip + table]
    mov rdi, rdx
    xor r12, [rcx]
    mov rdx, gs:[112]
    mov ecx, 50238
    xor r9d, -149
    lea rcx, [96]
    lea r14, [rip + table]
    mov [r12 - 37], rdi
2:
    movzx ebp, byte ptr [r13]
    mov r8, [rcx]
    jmp 1f
    cmp rdi, r10
    test r12d, r15d
    test edx, r13d
    test ecx, edx
    sub edx, -37
    lea r9, [r15]
    sbb rcx, [rax - 25]
3:
    test r12d, ebp
    mov gs:[96], r12
    mov rdx, r11
    cmp rdi, [rip + table]
    and rcx, rax
    sbb rdx, r14
    shl r15, 42
    je 1b
    mov r15, r8
    sbb r13, [rbp]
    ret
    .balign 16
routine_57:
1:
    mov [rsi], rdx
    xor r15d, 207
    call routine_17
    call routine_19
    mov r11d, 977962
    mov rsi, [rdi]
    lea rdx, [rsi]
    sbb rbx, rbx
    cmp esi, -257
    mov r12, [r12 - 9]
2:
    call routine_21
    and r14d, -247
    cmp rcx, [rip + table]
    adc ebx, 19
    call routine_5
    shl r8, 56
    mov r10, gs:[24]
    mov eax, 1005116
    shl r10, 35
    mov rdx, [rax + r15*4 + 77]
3:
    call routine_43
    shl r15, 59
    xor r10, [rip + table]
    mov rcx, rbp
    mov gs:[8], rsi
    jae 1b
    shl rsi, 55
    lea r9, [r13 + rax*8 + 89]
    jb 1b
    movzx r10d, byte ptr [r9]
    ret
    .balign 16
routine_58:
1:
    shl r10, 34
    xor rbx, r9
    shl rdx, 38
    movzx ecx, byte ptr gs:[192]
    shl rdi, 41
    jae 1f
    movzx r15d, byte ptr [rcx]
    mov rbx, rbp
    call routine_23
    or r15d, -135
2:
    mov r14, rbp
    mov rdx, rax
    sub edi, 83
    test r14d, r14d
    shl rcx, 55
    sub r12d, 25
    add r8, [rdx + rbp*1 + 126]
    save r10, r10
    add edi, 227
    lea rdx, [rbp]
3:
    save rax, rbp
    shl rbp, 38
    mov r12, [rcx + rdi*2 + 134]
    cmp r13d, -294
    cmp rdi, r12
    mov r13d, 804859
    mov r12, gs:[32]
    lea rsi, [rdi + 3746]
    mov [rdi + 3906], rbp
    and rsi, r13
    ret
    .balign 16
routine_59:
1:
    shl rcx, 30
    mov r10, rcx
    jne 1b
    jb 1f
    movzx esi, byte ptr [r9]
    shl r9, 50
    test r9d, r15d
    js 1f
    jmp 1f
    sub r10, [rdi]
2:
    mov [rbx + rdx*8 + 110], r11
    mov r14, [r10 + rdx*2 + 127]
    save r12, r10
    movzx ecx, byte ptr [r11 + r12*1 + 6]
    cmp r11, [rax]
    mov [rip + table], r10
    sub r12, gs:[176]
    call routine_33
    lea r14, [r11 - 91]
    mov ecx, 273195
3:
    mov r11, [r13]
    mov r13d, 757161
    add r11, [r14 + r9*1 + 46]
    add rsi, [rdi]
    mov rcx, [r13 + 3592]
    shl r11, 15
    mov r8, [rip + table]
    mov r12d, 370814
    test r15d, esi
    mov esi, 185270
    ret
    .balign 16
routine_60:
1:
    shl rbx, 37
    sbb r10, r12
    shl rsi, 29
    lea r13, [rip + table]
    mov rsi, [r10]
    shl r14, 26
    jb 1f
    shl r11, 53
    call routine_46
    save r12, rdi
2:
    movzx esi, byte ptr [rbx + 80]
    mov [rbp + r9*1 + 172], r11
    mov rsi, [rax - 7]
    mov r15d, 542016
    sub ecx, -53
    cmp r8, [rbp]
    or ebp, 279
    shl r11, 50
    lea r10, [r10 + r13*2 + 6]
    mov rax, r11
3:
    save rax, r8
    mov rdi, r9
    save r8, rdi
    call routine_11
    jae 1f
    shl rdx, 43
    mov [r15 - 39], rsi
    mov rsi, [rip + table]
    shl r8, 37
    shl r9, 62
    ret
    .balign 16
routine_61:
1:
    mov [rip + table], r9
    mov rbx, [rip + table]
    mov [r9], r14
    call routine_5
    xor r10, [rip + table]
    call routine_43
    call routine_24
    mov [rbp], r8
    lea rbp, [80]
    mov r15d, 805817
2:
    mov r14d, 560804
    add ebx, 257
    sub rbp, r11
    sbb r12, [r11 + r11*2 + 33]
    mov rsi, rbp
    movzx ebp, byte ptr [rip + table]
    mov rbx, gs:[168]
    jmp 1b
    adc ebp, -274
    call routine_17
3:
    mov r13, rax
    adc rcx, [rip + table]
    xor r15d, -219
    test eax, ebp
    jb 1f
    mov rsi, [rax]
    shl r9, 21
    lea rax, [72]
    movzx r8d, byte ptr [rsi + r14*1 + 151]
    mov rsi, r13
    ret
    .balign 16
routine_62:
1:
    mov rdi, rdx
    and rdx, rcx
    mov r14d, 85323
    mov r14d, 324093
    lea rdi, [r8]
    adc edx, 238
    mov r9, [rip + table]
    or r9d, -292
    shl r14, 53
    shl r9, 62
2:
    adc r13, rbp
    test r14d, r15d
    movzx r11d, byte ptr [rdx]
    shl rbx, 47
    save rsi, rcx
    sbb r8, r13
    save r9, rcx
    shl r14, 18
    movzx r12d, byte ptr [rdx + 3728]
    movzx r13d, byte ptr [r10 + 4033]
3:
    movzx r14d, byte ptr [rcx + 435]
    save r15, r10
    mov [rsi + r12*8 + 84], r8
    save r12, rax
    mov r9, gs:[80]
    jge 1f
    lea rcx, [rdi]
    call routine_56
    or r12d, 72
    mov r15d, 738992
    ret
    .balign 16
routine_63:
1:
    mov [r12], r15
    shl rdi, 60
    test eax, ebp
    movzx ebx, byte ptr [rax + r14*2 + 4]
    mov edx, 782538
    mov r9d, 289282
    and r8d, -203
    test r15d, esi
    jmp 1b
    and rbx, r11
2:
    mov rbx, [r11 + 299]
    mov [rip + table], rdx
    mov r10, r12
    mov gs:[16], rdx
    shl rbp, 20
    mov r14, [rdi]
    call routine_24
    add rbp, r8
    jae 1b
    mov r9, rsi
3:
    or r15, [rip + table]
    jb 1b
    call routine_30
    jge 1b
    shl r9, 13
    add r14, gs:[72]
    call routine_62
    test r15d, edx
    mov [rax + rdi*2 + 90], r14
    test edx, esi
    ret
    .balign 16
routine_64:
1:
    or rsi, r10
    mov [rbx - 84], r9
    mov r12, [rip + table]
    save r15, rax
    call routine_31
    mov rdi, r8
    mov rdx, rbp
    mov r14d, 922654
    js 1f
    test r9d, edx
2:
    call routine_57
    mov r11d, 403764
    call routine_22
    movzx esi, byte ptr [r10]
    call routine_49
    mov r13, rdx
    test edi, esi
    movzx r10d, byte ptr [rdx + r13*2 + 210]
    mov rbp, r9
    adc eax, -239
3:
    lea rdi, [rip + table]
    sbb rax, [r13 - 7]
    save r15, r12
    lea r15, [rbp - 125]
    shl rsi, 44
    test r14d, r10d
    sub r11, r12
    adc r9, rbp
    sbb rdx, [rip + table]
    add rbx, [rbx + 304]
    ret
    .balign 16
routine_65:
1:
    movzx r11d, byte ptr [rip + table]
    sub r10d, -288
    mov [r8], rcx
    sub r13d, -248
    mov [r14 - 112], r10
    mov edx, 31091
    xor ecx, -151
    save r10, rcx
    shl rdi, 36
    mov [rbx + 833], rsi
2:
    shl r12, 51
    mov r12, r14
    shl rdx, 12
    or rdx, r11
    sub edi, 296
    shl r15, 46
    lea rcx, [rax + r13*4 + 25]
    test ebp, ebp
    mov edi, 704542
    mov rsi, [r15 + 731]
3:
    or rbp, [rip + table]
    mov rsi, gs:[72]
    call routine_38
    mov gs:[152], r14
    save r10, r13
    mov [r9 + r14*1 + 37], rdx
    lea r13, [r9 + 848]
    movzx r15d, byte ptr [r13 - 75]
    mov r12, r13
    xor r14, [rip + table]
    ret
    .balign 16
routine_66:
1:
    mov [rax + 213], r11
    mov rdx, [rip + table]
    shl r14, 40
    je 1f
    add r9, gs:[40]
    mov r14d, 681663
    and eax, 227
    shl rbp, 20
    add r15, r8
    adc r8, r8
2:
    cmp r12, gs:[120]
    jge 1f
    shl rax, 2
    and r8d, -99
    sbb ecx, -69
    test eax, r14d
    shl r14, 11
    sbb r12d, 296
    movzx r15d, byte ptr [rip + table]
    shl rbp, 5
3:
    js 1b
    mov r13, [rdx + 306]
    mov r11d, 815871
    add r10, rbx
    mov gs:[144], rbp
    shl r15, 20
    xor r11d, 217
    mov r12, gs:[24]
    save r12, rax
    shl rax, 28
    ret
    .balign 16
routine_67:
1:
    mov [r13], rbp
    mov r9, gs:[224]
    save r11, rcx
    call routine_50
    mov [r13 - 42], rbx
    movzx ebx, byte ptr [rip + table]
    cmp r9d, -244
    mov r8d, 560312
    mov r10, rdi
    jmp 1b
2:
    save rsi, r8
    mov rcx, rsi
    test r14d, ebx
    call routine_15
    movzx ebx, byte ptr [r14 + rbp*1 + 113]
    and r12, r10
    sbb r12, [r11 - 92]
    call routine_59
    or rdx, [r10 + 588]
    mov rsi, r12
3:
    mov r13, r8
    and rdx, [rsi + 605]
    mov r15d, 386662
    test ebx, r11d
    mov rcx, [rbp - 52]
    and r14, r9
    mov gs:[160], r12
    mov [rcx], rdx
    shl r11, 2
    add r9d, -266
    ret
    .balign 16
routine_68:
1:
    mov r11, gs:[32]
    js 1b
    adc r14, rdx
    call routine_63
    save r12, r15
    test r11d, esi
    mov r9d, 604545
    mov rsi, r11
    test r13d, eax
    lea rax, [216]
2:
    test r8d, esi
    je 1b
    test esi, edi
    or r13, rsi
    call routine_62
    lea r13, [r13 + rbx*8 + 213]
    and r14, [r10 + 426]
    sub r12, [r9 + 266]
    shl rcx, 3
    movzx ecx, byte ptr [r8 - 81]
3:
    save rdx, rdi
    lea rax, [r15 + r11*8 + 10]
    lea r11, [184]
    je 1f
    and edx, 80
    save r10, rbp
    call routine_0
    mov [r9 + 969], r11
    mov edx, 197549
    mov [r12 + r11*1 + 216], r15
    ret
    .balign 16
routine_69:
1:
    jge 1b
    je 1f
    movzx r14d, byte ptr gs:[120]
    call routine_12
    mov rdx, rdi
    mov ebp, 454943
    movzx edi, byte ptr [rbp - 95]
    lea r10, [r15]
    js 1b
    xor rdi, r10
2:
    test r10d, edi
    mov r9, rax
    mov r14d, 910357
    cmp r9, rdx
    lea r9, [r14 + 279]
    mov r9, gs:[72]
    mov [r12 - 122], r9
    movzx r14d, byte ptr [r10 - 80]
    sbb rax, [rip + table]
    mov esi, 380130
3:
    movzx ebx, byte ptr [rbx - 103]
    movzx esi, byte ptr gs:[88]
    mov r13, [r11 - 38]
    mov rax, rbx
    mov r8, [r8 + r11*1 + 17]
    mov r10, r12
    mov rbx, [rsi + 778]
    shl r13, 62
    jae 1b
    jb 1f
    ret
    .balign 16
routine_70:
1:
    mov r10, [r14 - 49]
    movzx r14d, byte ptr [r14]
    jmp 1f
    mov eax, 939523
    call routine_17
    xor r13d, -239
    mov r9, rax
    mov rdx, [rip + table]
    lea rcx, [rax + 3803]
    call routine_32
2:
    save rbx, r9
    call routine_10
    movzx edi, byte ptr [rcx - 88]
    shl r8, 52
    add r10, r15
    mov r12d, 572671
    shl r9, 54
    mov rax, [rip + table]
    lea r9, [rip + table]
    mov r15, gs:[8]
3:
    call routine_70
    sbb r15d, 183
    adc rbx, r11
    mov ebx, 479843
    call routine_41
    mov [rip + table], rdi
    mov [r13 + r14*8 + 228], r15
    mov r11, rax
    xor r11d, 293
    sub rbx, rdi
    ret
    .balign 16
routine_71:
1:
    save rcx, rdi
    sbb ecx, -121
    sbb r15d, -107
    mov r9, r12
    mov r14, gs:[32]
    mov r10d, 55158
    mov edx, 949703
    save rsi, rax
    call routine_51
    lea r14, [rbp + r15*2 + 246]
2:
    mov ebx, 444460
    mov gs:[96], r14
    sbb rdi, [rcx]
    cmp edi, -212
    test r11d, r8d
    test r11d, r9d
    je 1b
    lea rdi, [rdi + rax*2 + 128]
    cmp r11, r10
    save r8, r8
3:
    jne 1b
    movzx edx, byte ptr [r13 - 30]
    jae 1b
    lea rbx, [r14 + rsi*2 + 131]
    sub r13, rsi
    mov r8d, 1002562
    mov rdx, [r10 + 580]
    call routine_26
    sub r10, rbp
    adc r11d, 283
    ret
    .balign 16
routine_72:
1:
    adc r8, rsi
    test edi, r14d
    mov [rip + table], r14
    save rbx, r12
    cmp rbp, [r12]
    add rbp, [rcx + 997]
    test ebx, r12d
    or r9d, 101
    call routine_45
    js 1b
2:
    xor edx, 83
    save r10, r9
    mov r13, r13
    call routine_37
    lea r9, [r13 + 36]
    call routine_59
    mov r13, r13
    lea rbx, [176]
    movzx ebx, byte ptr [rip + table]
    or r15d, -246
3:
    and eax, -3
    add rcx, [r9 + 824]
    movzx r12d, byte ptr [rcx + rdx*1 + 2]
    movzx eax, byte ptr [r13 - 102]
    and rdi, rdi
    test r12d, edi
    movzx eax, byte ptr [rdi]
    je 1f
    movzx r15d, byte ptr [r14 + r14*2 + 212]
    shl r9, 27
    ret
    .balign 16
routine_73:
1:
    save r14, r10
    mov esi, 914966
    mov r13, r13
    or rax, [r9 + rax*4 + 153]
    mov edi, 724152
    shl rbp, 4
    shl r15, 43
    lea rcx, [r14 + rdx*2 + 26]
    save rax, r10
    shl r14, 51
2:
    sub r9d, -267
    test ecx, r12d
    movzx r11d, byte ptr [rip + table]
    mov r14, rcx
    mov [rip + table], r12
    sub r8d, 81
    and r12, r11
    mov [r14 + 3755], r12
    lea rbx, [168]
    mov r8d, 541030
3:
    or rcx, rcx
    shl r13, 16
    sub edi, 241
    test ecx, r13d
    mov r13, r9
    movzx eax, byte ptr [rsi + rax*8 + 116]
    mov gs:[224], rdi
    save r9, r9
    shl r12, 39
    call routine_33
    ret
    .balign 16
routine_74:
1:
    mov r12, [rip + table]
    adc rbx, rax
    mov r14d, 133481
    lea r10, [rbp - 23]
    shl rbx, 46
    mov r14, [rip + table]
    or r9d, -41
    js 1f
    movzx esi, byte ptr [rcx + rax*1 + 231]
    mov r12d, 997007
2:
    call routine_44
    lea rbx, [rip + table]
    jmp 1b
    cmp r10, [rip + table]
    mov [r8], rcx
    save r14, rax
    mov rbp, r11
    xor r9, r10
    jae 1f
    mov r11, gs:[248]
3:
    mov [r13 + rax*4 + 104], r11
    lea rdx, [rcx + 318]
    mov [rip + table], rdi
    mov r11, [r15 + 599]
    save r13, rdx
    mov r15, [r14 + 3649]
    mov r15, rbp
    mov rdi, r14
    jmp 1b
    or r15d, -140
    ret
    .balign 16
routine_75:
1:
    test edi, r12d
    mov r12, [rbx - 24]
    mov r9, rsi
    movzx ecx, byte ptr gs:[200]
    mov r13, r15
    adc r10, [r14]
    mov rax, r13
    mov gs:[152], rax
    mov [r15 + 3994], r14
    shl r14, 13
2:
    or r12, rcx
    shl r12, 56
    mov edi, 336252
    test r13d, r11d
    sbb rax, [r9 + r8*1 + 138]
    cmp rdi, rbp
    mov r12, [rbx + 435]
    movzx ebx, byte ptr [rbp]
    movzx r13d, byte ptr [r10 - 95]
    mov r8, r8
3:
    mov r10, rcx
    call routine_0
    adc rax, gs:[208]
    test r9d, eax
    shl r15, 20
    mov r14, rax
    mov [r9 - 56], r11
    add rdx, r10
    js 1b
    jmp 1b
    ret
    .balign 16
routine_76:
1:
    mov r14, gs:[248]
    mov r15, r14
    save rbx, rbp
    mov eax, 1037755
    shl r8, 10
    mov r12d, 1024512
    lea rcx, [rax]
    mov r15, gs:[64]
    cmp rsi, [r15 + 97]
    movzx esi, byte ptr [r9]
2:
    js 1b
    mov esi, 207177
    lea r15, [r11]
    sub rdi, [rip + table]
    sub r9d, -186
    sbb rsi, [rbp + r8*8 + 200]
    mov ebp, 699966
    call routine_1
    mov ecx, 1032610
    add ebx, 97
3:
    movzx r9d, byte ptr [rip + table]
    movzx eax, byte ptr [r8 + r12*2 + 61]
    lea r12, [rbp + rbx*2 + 13]
    sbb r13, rbp
    movzx ebp, byte ptr [r11 + 3647]
    call routine_51
    test r13d, ecx
    lea rdx, [24]
    jne 1b
    shl r12, 42
    ret
    .balign 16
routine_77:
1:
    call routine_63
    mov r15, rsi
    mov r15, r11
    test ebx, esi
    and rbp, [r14 - 80]
    lea rcx, [rip + table]
    mov rsi, [rip + table]
    call routine_74
    save r13, r11
    movzx r12d, byte ptr [rip + table]
2:
    test r13d, edx
    mov rbp, [rbp - 83]
    je 1f
    call routine_21
    mov rdi, gs:[248]
    call routine_53
    save r15, r11
    mov rdi, [r10 + rdx*2 + 1]
    lea rsi, [r10 + 550]
    call routine_20
3:
    jne 1b
    and rbp, gs:[144]
    mov rax, r15
    save r9, r14
    mov r10, r8
    call routine_59
    je 1f
    lea rsi, [rsi]
    save rbx, rsi
    movzx ebp, byte ptr [rip + table]
    ret
    .balign 16
routine_78:
1:
    mov rbx, [r12 + 959]
    call routine_12
    xor rcx, rdx
    cmp rcx, r12
    call routine_13
    mov r12d, 412540
    lea rdx, [r14 - 6]
    shl r15, 47
    or edi, -222
    call routine_58
2:
    cmp r11, [rip + table]
    mov ecx, 347047
    mov r15, r14
    mov rdx, rdx
    call routine_55
    lea r11, [rip + table]
    mov [rbx + 3911], r13
    call routine_40
    call routine_29
    lea rdi, [rbp + r12*1 + 138]
3:
    mov [r13 + 3808], rbp
    or edi, 47
    mov [r8 + r8*1 + 48], rdi
    movzx r14d, byte ptr [r11]
    adc r11, [r10 + r12*8 + 163]
    jl 1b
    test r8d, edx
    mov r11d, 634492
    movzx ecx, byte ptr [rip + table]
    lea r12, [rip + table]
    ret
    .balign 16
routine_79:
1:
    shl r8, 1
    lea r11, [r15]
    call routine_49
    mov r10, r9
    je 1b
    jmp 1b
    cmp esi, 198
    shl r9, 17
    jl 1b
    adc r8d, 270
2:
    mov [rdx], r12
    call routine_49
    mov rax, r12
    mov gs:[144], rax
    or rax, gs:[128]
    save r9, rsi
    mov [rip + table], rcx
    lea rax, [rip + table]
    test edx, r12d
    mov rdi, [rip + table]
3:
    call routine_0
    mov r10, r14
    add rdx, r14
    mov r13d, 1010935
    sub r15, [r15 + rcx*1 + 40]
    save rsi, r10
    test r10d, edx
    mov rdi, gs:[152]
    lea rdx, [r10 - 100]
    save rdx, rdx
    ret
    .balign 16
routine_80:
1:
    call routine_30
    test r15d, edx
    save r8, rdi
    sbb r12d, -193
    sub r8, rsi
    add rax, [rdi + 904]
    test ecx, eax
    sub edx, -246
    lea r10, [rdi - 69]
    jb 1b
2:
    test r12d, r10d
    mov r8, [rax]
    adc rsi, r8
    mov r12, r8
    adc r11, rax
    mov rsi, [rip + table]
    jge 1f
    test r9d, r10d
    jl 1f
    sbb rcx, r10
3:
    mov [rbp + 3796], r15
    mov r11, rax
    mov r8d, 154013
    mov rdi, [r9 + 626]
    js 1b
    sub rax, [r8 + r13*4 + 44]
    jb 1f
    mov r10, [rip + table]
    call routine_68
    mov esi, 923453
    ret
    .balign 16
routine_81:
1:
    mov [r10 - 33], rax
    mov rdx, [r12]
    cmp r8d, 219
    save r14, rbp
    mov [r14], r14
    mov r13, [r8 + r10*2 + 190]
    lea rbp, [rbx - 15]
    mov rdx, [r11 - 122]
    call routine_66
    movzx r15d, byte ptr [rdx]
2:
    jae 1f
    cmp r13d, 119
    lea r8, [96]
    cmp r12d, 74
    save r10, r13
    adc rax, rdi
    call routine_15
    add rdx, r12
    shl r15, 23
    mov r9, [r13 + r10*4 + 209]
3:
    test ecx, ebp
    cmp r15, rax
    mov r14, gs:[216]
    or rbx, [rdi + r11*1 + 242]
    mov [r15 + r15*4 + 131], rsi
    mov r9d, 416345
    sub r11, [rip + table]
    call routine_73
    mov gs:[208], rdi
    mov gs:[224], r13
    ret
    .balign 16
routine_82:
1:
    lea r11, [rsi - 65]
    adc r14, [rip + table]
    lea rbx, [rip + table]
    lea r13, [r10 - 22]
    movzx esi, byte ptr [rbx + 821]
    mov r9, gs:[80]
    lea r15, [rbp + rbp*2 + 218]
    mov r9, [r14 + 164]
    call routine_19
    lea r12, [16]
2:
    mov [rbx + 112], rbp
    add ebx, -247
    mov r8, [rbp + 86]
    or r11, [rip + table]
    call routine_53
    call routine_58
    shl r10, 45
    lea rcx, [r11]
    mov r11, [rip + table]
    lea r9, [r9 - 62]
3:
    save r8, r9
    call routine_78
    mov rdx, gs:[16]
    mov gs:[128], r12
    mov [rcx + 3679], rbp
    xor r14, [r12]
    mov rsi, r8
    mov rbx, r11
    lea r13, [r14 + 247]
    mov [rsi - 5], rsi
    ret
    .balign 16
routine_83:
1:
    save r14, r11
    jge 1f
    mov rbx, rdx
    save rcx, rbp
    movzx r8d, byte ptr [rdx + r10*8 + 25]
    cmp r11d, 79
    add r11, [rsi + r12*1 + 158]
    cmp r13d, 110
    mov rsi, [r11 - 105]
    mov rbp, rax
2:
    save r8, rax
    or r9d, 187
    call routine_32
    save rax, r10
    jae 1b
    movzx r11d, byte ptr [rcx + 713]
    movzx esi, byte ptr [rdi]
    movzx r8d, byte ptr [rax + 3616]
    movzx edx, byte ptr [rax + 731]
    call routine_9
3:
    mov [rdx - 85], rbx
    jae 1b
    mov ecx, 580537
    cmp rbp, rsi
    cmp r11d, -67
    mov r8d, 459204
    movzx esi, byte ptr [r11 + 530]
    xor rdi, r12
    mov [r11 + rdi*4 + 148], rbx
    or r12d, 159
    ret
    .balign 16
routine_84:
1:
    jae 1b
    sbb r8, rax
    save rax, rsi
    mov r9, [rbp - 89]
    adc r8, r15
    movzx r11d, byte ptr [r10 + 14]
    cmp r10d, 248
    je 1f
    cmp r11, [rax]
    mov rbp, r11
2:
    js 1b
    mov [r14 + r11*4 + 102], r8
    adc ebx, 211
    mov r9, gs:[120]
    cmp edx, -116
    cmp r12d, 78
    mov r9, [rip + table]
    mov [r11 + 3730], r10
    sbb r13d, -261
    or rbx, rbp
3:
    mov edi, 382177
    call routine_61
    mov [rdi - 59], rcx
    sub r11, [rax]
    jl 1b
    or r12, [rax + rbp*4 + 151]
    sbb r9, [r11 + rdx*4 + 117]
    shl r14, 6
    shl r15, 26
    movzx r15d, byte ptr [rbp - 85]
    ret
    .balign 16
routine_85:
1:
    adc r8, r8
    mov [r11], r12
    save rax, r10
    save r12, r14
    mov r8, [r15]
    save rdx, r13
    jb 1f
    jae 1b
    shl r13, 20
    test ebp, edi
2:
    save r10, r9
    and r9, r8
    test edx, r11d
    or r9, r14
    jge 1b
    test ecx, ebp
    jl 1b
    mov r12, r14
    mov rbp, r14
    add r9, r8
3:
    shl r12, 44
    xor r9, [rbp - 107]
    sub rax, gs:[128]
    add rax, r11
    cmp r14d, -79
    mov rbp, [r15]
    mov [rdx + rsi*4 + 60], rbp
    sbb r13, [rsi + rax*8 + 187]
    test ebp, r12d
    call routine_79
    ret
    .balign 16
routine_86:
1:
    mov [r10 + 791], rcx
    movzx r10d, byte ptr [rip + table]
    test eax, r15d
    mov gs:[248], r12
    sub rdi, [r11 + 3770]
    jne 1f
    mov rdx, [rip + table]
    add eax, -34
    call routine_35
    sub r8, [r11]
2:
    sbb rdi, r9
    shl rsi, 13
    adc ecx, 280
    call routine_83
    sub r9, r14
    xor r8, [r15 - 114]
    cmp ecx, 155
    xor r9, r12
    mov rdx, gs:[64]
    je 1b
3:
    mov r15, [rdx + rcx*1 + 121]
    call routine_17
    mov rdi, [r8 + r8*1 + 196]
    mov rbp, [rbx]
    test esi, esi
    mov r10, gs:[232]
    jne 1f
    mov r9d, 25710
    mov [r9], rdx
    mov r10, r13
    ret
    .balign 16
routine_87:
1:
    mov r13, r11
    test r14d, r14d
    mov esi, 44927
    and r14d, 253
    shl r10, 17
    jb 1b
    mov r10, rdx
    mov gs:[176], rdi
    mov r11, r12
    movzx r11d, byte ptr [rsi + 710]
2:
    mov rax, r15
    mov [rcx + 657], rax
    test r8d, r8d
    mov r14, rcx
    xor r8, [rip + table]
    sbb rbp, rdx
    save r15, r14
    jge 1f
    sbb rax, [rdx - 8]
    add r13, gs:[120]
3:
    test edx, r8d
    js 1b
    call routine_22
    shl r13, 3
    test r10d, r14d
    sbb r12, r11
    jl 1f
    lea r9, [r9 - 117]
    save rsi, rsi
    shl rdi, 37
    ret
    .balign 16
routine_88:
1:
    xor edx, -215
    movzx r8d, byte ptr [rip + table]
    save r10, rbx
    sbb r11, [rip + table]
    test edx, edx
    movzx r15d, byte ptr [r12 - 43]
    test r9d, r9d
    test ecx, r15d
    mov r11, [r15 + 3976]
    test eax, r10d
2:
    movzx ebp, byte ptr gs:[72]
    save rax, rdi
    save rcx, rcx
    mov [r15 + 622], r9
    mov ebx, 205756
    mov r10, r8
    mov r15, gs:[176]
    mov rbp, r13
    save r14, rsi
    mov gs:[56], r13
3:
    sbb r10, [r8]
    cmp rbx, r8
    shl r11, 57
    xor ebp, 39
    mov esi, 287174
    lea r11, [r11 + 3884]
    shl rbp, 56
    mov r15d, 519127
    and r12d, -2
    and rbp, r15
    ret
    .balign 16
routine_89:
1:
    mov r15d, 797659
    or rax, rbx
    mov [r12], r10
    cmp rbp, rbx
    mov r10, [r13 + rcx*2 + 188]
    mov [r9 + rcx*4 + 176], rdx
    add eax, -174
    mov rax, [rdx + rdi*1 + 134]
    and r14, gs:[40]
    mov [r9 - 119], r12
2:
    lea rax, [rip + table]
    call routine_29
    mov [rax + 840], r14
    xor r9, [rip + table]
    mov rdi, rcx
    test r15d, r12d
    mov r12, [rax + 3928]
    save r11, rdx
    test r11d, r15d
    mov [rip + table], r10
3:
    or r14d, 279
    mov rbp, gs:[104]
    mov rbp, [rip + table]
    test ecx, r9d
    mov [r11 + 3924], r8
    mov edi, 124735
    and r8, [rcx + r9*8 + 72]
    mov r15d, 64919
    mov r15, [rdx - 4]
    shl rbp, 18
    ret
    .balign 16
routine_90:
1:
    mov rax, r8
    sub r13, [r13 + 3855]
    save r10, rax
    mov rsi, r12
    mov rdx, rcx
    jae 1f
    shl rsi, 42
    mov r9, [r12 + rdx*4 + 53]
    shl rax, 52
    call routine_48
2:
    call routine_9
    test r12d, ebp
    lea rax, [rsi]
    or r11, r15
    shl r14, 11
    shl rax, 62
    movzx ebp, byte ptr gs:[88]
    save r9, r15
    mov r11, [rsi + 726]
    mov edi, 937635
3:
    shl rdx, 18
    shl rcx, 11
    sbb rdx, gs:[136]
    call routine_54
    mov r8, [rax + 3683]
    or r10d, 100
    test ebx, edi
    adc esi, -106
    add eax, 34
    lea rbp, [rip + table]
    ret
    .balign 16
routine_91:
1:
    mov rax, [rbx - 118]
    add r8d, -176
    jmp 1f
    mov gs:[112], r14
    adc r13, r12
    mov r12d, 985762
    shl r15, 26
    or rax, rbx
    lea r12, [rax + 4020]
    test r10d, r12d
2:
    mov [rip + table], rax
    test r11d, r13d
    mov r13, r11
    call routine_18
    and rax, [r11 + 3679]
    mov [r9 + rax*2 + 158], rdx
    movzx ecx, byte ptr [rdi + rax*4 + 49]
    mov r13, r15
    add rdx, r8
    shl rbp, 14
3:
    jmp 1f
    mov r15, [r14]
    mov r13, r10
    test r9d, ebp
    test ebp, r10d
    shl r14, 38
    movzx r14d, byte ptr [rbx - 67]
    movzx edi, byte ptr [rax + r13*2 + 68]
    movzx r14d, byte ptr [r11]
    mov r11, [rax + 3871]
    ret
    .balign 16
routine_92:
1:
    save rcx, r14
    mov r10, [rip + table]
    mov edi, 529468
    mov eax, 368668
    mov eax, 500418
    mov rsi, rcx
    test eax, r12d
    movzx ecx, byte ptr [r15]
    mov ecx, 167246
    mov r13, rax
2:
    sbb r14, r10
    xor r12, [r8 + 3791]
    lea r13, [r9 - 86]
    call routine_73
    jmp 1f
    mov [r12 + 293], r13
    mov rbx, gs:[184]
    mov rbx, rdi
    je 1f
    shl r11, 16
3:
    call routine_16
    mov gs:[200], r14
    save rdi, rcx
    call routine_53
    save r8, r12
    mov rbp, [rdi + 111]
    call routine_45
    mov edi, 346935
    jb 1f
    save rcx, r9
    ret
    .balign 16
routine_93:
1:
    test esi, r10d
    mov gs:[184], r11
    lea r11, [rsi - 89]
    mov rdi, [rip + table]
    shl rbp, 49
    xor r12d, 63
    mov r15, [rcx]
    shl r10, 40
    mov r13d, 217739
    save rcx, rdx
2:
    add rdx, rdi
    adc r13d, 260
    lea r8, [56]
    test r15d, r11d
    jge 1f
    js 1b
    sub rdi, r8
    lea rbx, [rbp + r13*8 + 79]
    and rdx, [r13 + r14*2 + 255]
    mov r9, [rdi]
3:
    movzx r10d, byte ptr gs:[168]
    cmp r8, [rip + table]
    or r14, rax
    call routine_37
    save r15, rbx
    mov rax, rax
    movzx r12d, byte ptr [r8 - 124]
    shl rdi, 7
    mov rsi, [rip + table]
    cmp r8d, 29
    ret
    .balign 16
routine_94:
1:
    mov r10, [rsi]
    test r9d, r10d
    mov gs:[72], r9
    shl r8, 49
    lea r15, [rdi + rbx*4 + 213]
    jmp 1f
    add r10d, 253
    add rbx, rdx
    or r12d, 0
    adc r11, [rdi + rbp*8 + 135]
2:
    mov r13d, 622329
    xor r8, [rbx]
    movzx r11d, byte ptr [r12 + 574]
    call routine_47
    call routine_23
    mov r14d, 897452
    test r15d, eax
    mov [rip + table], r14
    mov r14d, 960629
    mov rdx, r14
3:
    cmp rbx, rcx
    mov [r11 + 3604], r8
    lea rdx, [r10 + rsi*4 + 226]
    mov rsi, rdi
    mov r8d, 933313
    add rdi, [r8 - 100]
    mov [r12], r14
    lea r14, [128]
    movzx r9d, byte ptr [r11 + 3836]
    jne 1f
    ret
    .balign 16
routine_95:
1:
    call routine_17
    mov r9, [r14 + 596]
    lea rbx, [r13 - 75]
    call routine_56
    mov [rbp], rdi
    movzx ecx, byte ptr [r13 - 92]
    mov [rsi - 91], r15
    movzx esi, byte ptr [r12 + 823]
    mov [rip + table], r11
    mov edi, 812817
2:
    or r11, rbx
    je 1b
    movzx r9d, byte ptr [r11 + r9*4 + 208]
    jge 1f
    save r9, rsi
    mov r13, rsi
    lea r8, [r11]
    test r14d, r10d
    call routine_86
    lea r15, [rax - 119]
3:
    mov r12, rbp
    movzx edx, byte ptr [rdi + r14*4 + 161]
    lea rbx, [r15 + 553]
    save r15, r9
    xor rax, [r13 - 121]
    mov rdi, [rax + 341]
    sub r13, gs:[112]
    shl r9, 44
    sub r14, rdi
    mov edx, 105933
    ret
    .balign 16
routine_96:
1:
    mov ecx, 247614
    mov [r9 + rdi*2 + 247], rbp
    lea r14, [rax - 38]
    sbb r11, [r8 + r11*8 + 239]
    jne 1b
    test r9d, edi
    movzx ecx, byte ptr [rdi - 77]
    mov eax, 735582
    mov [rdx - 104], r12
    test r12d, ebp
2:
    movzx r11d, byte ptr gs:[88]
    mov [r10 - 23], r8
    shl rdi, 3
    call routine_5
    mov ebx, 143547
    mov rax, [rax + r13*1 + 201]
    call routine_40
    shl r11, 16
    test r9d, r15d
    mov [rdx + r8*8 + 157], rax
3:
    mov r13, r15
    call routine_38
    mov [rsi - 117], r14
    lea r10, [r14]
    lea r9, [rip + table]
    and r10d, -73
    add edi, 88
    mov r12d, 912915
    movzx r10d, byte ptr [rbx + r9*2 + 249]
    mov r15d, 364912
    ret
    .balign 16
routine_97:
1:
    lea r10, [rip + table]
    cmp r15, r12
    movzx r15d, byte ptr [rdx]
    lea rdx, [r12 - 54]
    test edx, edx
    save r12, rcx
    save r9, rdx
    mov gs:[152], rsi
    mov [rdx + 236], r11
    mov rbp, [r8 + 3713]
2:
    mov [r8], rax
    call routine_85
    mov [r9 + 943], r13
    movzx r10d, byte ptr [r13]
    shl rdi, 30
    mov [rdx], rax
    and rdi, rsi
    sbb rsi, [rip + table]
    mov [rbp + 962], r13
    js 1f
3:
    mov edx, 432836
    lea rbp, [rdi - 6]
    mov r15d, 781626
    jae 1b
    mov ebx, 70823
    xor eax, 281
    shl rax, 23
    mov rdi, gs:[152]
    add r12, [r9 + r9*1 + 54]
    mov r13d, 885194
    ret
    .balign 16
routine_98:
1:
    movzx r11d, byte ptr [r15 + r9*4 + 202]
    sub ecx, 7
    or r14d, 88
    adc r12, [r9]
    movzx r12d, byte ptr [r11]
    cmp rcx, [rip + table]
    je 1f
    call routine_59
    xor r12, rcx
    mov [r10 - 71], r14
2:
    mov [rbx], r14
    call routine_12
    js 1b
    movzx edx, byte ptr [r13 + 710]
    sub ebp, 81
    sbb r11, gs:[88]
    add r15, [r12]
    call routine_7
    add r14d, 163
    cmp eax, 155
3:
    xor r15, gs:[64]
    call routine_21
    shl r10, 6
    mov r15, [rdi + r15*1 + 104]
    mov [rip + table], rsi
    movzx edx, byte ptr [rip + table]
    mov gs:[40], r14
    xor r15d, -46
    mov r13, [rsi]
    movzx r13d, byte ptr [rip + table]
    ret
    .balign 16
routine_99:
1:
    mov rbx, [rip + table]
    xor rbx, r10
    mov [r14 - 96], rcx
    save r14, rcx
    save r11, rsi
    mov gs:[200], r8
    add r10, rdi
    add edi, -55
    sbb rax, r8
    sub rbx, r14
2:
    save r13, rcx
    save rax, r8
    mov edi, 551701
    mov [rcx + rsi*4 + 33], r8
    movzx r14d, byte ptr [rcx + 166]
    lea r10, [rbp]
    mov [r14], rcx
    shl r8, 39
    adc r11, gs:[240]
    or rax, [r9 + r13*2 + 103]
3:
    mov r10, [rdx + r15*1 + 254]
    movzx r9d, byte ptr [rax + 4019]
    shl r12, 13
    movzx r12d, byte ptr [rcx + 286]
    xor r15, gs:[248]
    mov rcx, r13
    xor r9, r14
    mov r9, [r15]
    test r8d, ecx
    mov [rdx + 996], r10
    ret
    .balign 16
routine_100:
1:
    call routine_79
    jge 1b
    jge 1b
    test esi, ecx
    cmp r13, [rsi + r15*1 + 52]
    jl 1f
    shl rdi, 3
    movzx r13d, byte ptr [r15 + 227]
    je 1b
    test r11d, edx
2:
    movzx r15d, byte ptr [rsi + rdx*4 + 212]
    shl r13, 7
    test eax, edx
    mov [r14 + 319], rdx
    save r10, rcx
    call routine_12
    or rdx, [r14]
    add rcx, rbx
    or r9, [rsi]
    shl rdx, 57
3:
    call routine_21
    test ecx, ebp
    and r13, r13
    movzx r8d, byte ptr [r8]
    shl r13, 37
    shl rbp, 4
    sub r14, rdx
    adc rbp, [rip + table]
    and edx, 65
    save r11, rax
    ret
    .balign 16
routine_101:
1:
    jge 1f
    save rsi, rdx
    mov rdi, r8
    mov [rsi], rbp
    mov rdi, r14
    test r14d, r15d
    lea rbp, [rsi]
    or r11d, -263
    jae 1b
    mov r12d, 76131
2:
    save rdi, r12
    mov [rsi], r11
    call routine_43
    movzx ebx, byte ptr gs:[232]
    cmp r11, r13
    save rax, rcx
    and r12d, -186
    lea r13, [r12 + 3897]
    shl r15, 27
    xor r13d, 36
3:
    and r13d, 253
    jl 1b
    mov rax, [rax - 2]
    shl r12, 36
    mov r8, gs:[88]
    lea r9, [rip + table]
    mov rdi, r13
    movzx r9d, byte ptr [rbx - 127]
    test ecx, r9d
    mov r9, r14
    ret
    .balign 16
routine_102:
1:
    mov rbp, [rbp + r13*1 + 188]
    test ebx, ebx
    mov rcx, r14
    call routine_41
    test ebp, esi
    mov r12, gs:[152]
    save r14, rdx
    call routine_28
    test r11d, ecx
    shl r14, 3
2:
    mov r10d, 600137
    mov [rbx + rsi*4 + 204], rbx
    mov r10, r15
    mov r9, r13
    add ecx, -143
    test r9d, r14d
    mov r15d, 597260
    and ecx, 12
    js 1b
    mov rsi, [rip + table]
3:
    shl r8, 18
    test esi, r11d
    save r8, r13
    call routine_39
    mov rax, r13
    call routine_45
    lea r14, [r13 + rcx*8 + 50]
    sbb r9, [rax + r9*2 + 249]
    mov [rax + rbx*8 + 189], r9
    movzx r11d, byte ptr [rdi - 89]
    ret
    .balign 16
routine_103:
1:
    test ebp, edi
    adc eax, 289
    add rcx, [r11]
    js 1b
    adc r11d, -230
    jae 1f
    mov ebx, 102676
    test r9d, r12d
    mov r12, rsi
    sub r11, r14
2:
    jl 1b
    mov r11d, 19803
    mov rsi, [rip + table]
    and r10, rdx
    mov rsi, r10
    adc r12d, 115
    save rbp, rdx
    shl rcx, 51
    and rbx, [rip + table]
    mov r11, r9
3:
    save rdx, rdx
    save r8, r11
    shl r9, 50
    mov r15, [r8]
    jb 1f
    sbb rdx, rbx
    shl r8, 7
    mov r11, r15
    shl rax, 50
    shl rdi, 8
    ret
    .balign 16
routine_104:
1:
    lea rcx, [rdi]
    mov edi, 415765
    mov r11d, 322660
    and r14, r15
    movzx ebx, byte ptr [rdx + 450]
    sub rbx, gs:[48]
    adc edi, 57
    mov rdi, r9
    sbb rax, rcx
    mov rcx, [rbx + 107]
2:
    movzx r11d, byte ptr [r15]
    shl rdi, 61
    save r13, r14
    shl rcx, 49
    mov ebx, 771860
    shl r11, 52
    test edi, r8d
    cmp r13, [r11]
    or r12d, 272
    lea rax, [64]
3:
    save rax, r14
    sbb ebp, 6
    or r15, [r11]
    mov r13, [rax - 102]
    mov esi, 303044
    mov rax, [r9 - 14]
    call routine_60
    mov esi, 696704
    lea rsi, [rip + table]
    sub r9, [r10 + r13*4 + 140]
    ret
    .balign 16
routine_105:
1:
    mov r9, [rcx - 49]
    mov r15, gs:[48]
    movzx ebp, byte ptr [r12]
    mov [rsi + 3852], rbp
    xor rax, rbp
    mov esi, 289484
    shl r15, 57
    add rsi, [r15 + 3950]
    mov esi, 13158
    mov rdi, [r11]
2:
    call routine_97
    mov [r8 + 841], r8
    save rdx, r9
    mov ebx, 852436
    adc r10d, 269
    movzx r8d, byte ptr [rcx]
    mov [rsi - 7], rdi
    mov eax, 448077
    sub r10, rdx
    adc rbp, [r13 + r9*2 + 152]
3:
    and edi, -18
    movzx edi, byte ptr gs:[88]
    sbb r10, r13
    mov rdi, [rbx - 33]
    save r12, r9
    adc ebp, -167
    save rdx, rdx
    mov r13, rcx
    and rsi, rdi
    mov r11d, 51880
    ret
    .balign 16
routine_106:
1:
    mov rax, r12
    lea r9, [rdx - 87]
    test r13d, r10d
    or r13d, -217
    lea rbx, [rip + table]
    test r9d, ecx
    lea rbx, [rdx]
    adc rbx, rdx
    save r15, r14
    movzx r10d, byte ptr [rip + table]
2:
    mov [r13 + r9*8 + 36], rcx
    call routine_56
    call routine_93
    test eax, eax
    mov rsi, gs:[216]
    or rdx, [rbx]
    mov r9, rsi
    sub rdx, rax
    test ecx, ebx
    save r15, rdi
3:
    movzx edx, byte ptr [rip + table]
    mov r15, [rip + table]
    mov [rsi + r10*4 + 103], r8
    mov rcx, gs:[248]
    and r10, r13
    mov rsi, [r14 + r15*1 + 82]
    call routine_68
    lea r11, [88]
    jne 1f
    mov rcx, r14
    ret
    .balign 16
routine_107:
1:
    movzx r12d, byte ptr [rip + table]
    test eax, r8d
    test r14d, ebp
    and r15, rcx
    mov rax, rdi
    jne 1b
    mov ecx, 325326
    save r15, rax
    lea rdx, [128]
    mov edi, 852032
2:
    sbb rbp, r9
    mov gs:[104], rbp
    call routine_30
    or ebx, 30
    mov rbp, [r11]
    mov [rcx], rax
    mov r14, [r13 + 606]
    mov rsi, [r13 + rcx*2 + 227]
    test ebp, esi
    mov [rbx + 511], r14
3:
    shl r12, 4
    save rsi, rdi
    and r15d, 45
    save rdi, r8
    mov r9, [rbx + 420]
    mov rbp, r15
    mov rcx, gs:[24]
    save rbx, r15
    mov r13, r10
    call routine_62
    ret
    .balign 16
routine_108:
1:
    mov [r9 - 61], rbx
    save rdx, rdi
    je 1b
    lea rsi, [rsi + r9*2 + 122]
    jmp 1f
    save rbp, rsi
    test r13d, ebp
    mov [rbp - 16], rsi
    cmp r12d, -271
    lea rcx, [r15 + 1019]
2:
    movzx r15d, byte ptr [rdx + 700]
    shl r14, 3
    and r10, rsi
    save r15, r9
    movzx r14d, byte ptr gs:[176]
    shl rdx, 20
    cmp r9, r12
    shl r12, 55
    mov rax, r14
    xor r14d, -293
3:
    mov ecx, 591966
    mov r15d, 88172
    lea rax, [r14 + r13*8 + 220]
    mov r15, rdx
    save rdx, r12
    mov r14, rdi
    lea r14, [rdi - 79]
    add r10, [rip + table]
    mov [r11], rax
    mov rdx, r13
    ret
    .balign 16
routine_109:
1:
    adc r13, r13
    call routine_92
    mov rdx, gs:[168]
    mov [rip + table], r11
    and edi, -164
    save rbx, r8
    call routine_36
    js 1f
    call routine_76
    mov edx, 670659
2:
    jge 1f
    sbb esi, -229
    add r8, [r12 + 156]
    adc r14, rcx
    shl r15, 12
    jb 1f
    sub r10d, -79
    shl r12, 39
    call routine_94
    jb 1f
3:
    xor r12, rcx
    lea r8, [rip + table]
    call routine_58
    lea rdi, [r10 + r10*4 + 248]
    mov [rbx - 50], r10
    or rbx, [r9 + rax*4 + 68]
    mov [rdi + 782], r12
    call routine_100
    mov rax, [r8]
    movzx r10d, byte ptr [rax - 38]
    ret
    .balign 16
routine_110:
1:
    mov [r9 + r14*4 + 112], r13
    call routine_11
    and r13, r13
    or r12d, -218
    test esi, r9d
    shl rax, 37
    and r13d, 224
    lea rbp, [rip + table]
    mov edx, 756079
    test r8d, r9d
2:
    mov r13, [r14 + 269]
    js 1f
    save r15, r8
    xor r12d, -172
    save rdx, r14
    add r9, rbx
    movzx ebx, byte ptr [rdi + r15*1 + 98]
    shl r12, 34
    mov eax, 969007
    movzx edx, byte ptr [r8 + r11*4 + 248]
3:
    xor r13, r9
    call routine_98
    call routine_107
    mov gs:[128], r15
    test r11d, ebx
    movzx ebx, byte ptr [r9]
    mov ecx, 608654
    add ebx, -183
    mov [r10 + 414], rdx
    mov [rdx - 87], r9
    ret
    .balign 16
routine_111:
1:
    call routine_82
    mov rdx, rax
    save r10, rcx
    mov r13, [r15 + r14*2 + 233]
    mov rdx, gs:[104]
    xor rsi, rax
    mov [rip + table], rax
    call routine_11
    or rbx, gs:[32]
    sbb ebx, -254
2:
    mov r9, rax
    shl rsi, 7
    movzx esi, byte ptr [rsi]
    test edi, edi
    mov r9, [rip + table]
    shl rbx, 54
    sub rbx, gs:[96]
    mov rcx, r14
    mov [rbp - 111], r11
    mov r9d, 148918
3:
    shl rsi, 33
    lea r13, [r8 + r13*4 + 245]
    or r14d, -270
    sub r12, rcx
    movzx r11d, byte ptr [rip + table]
    jb 1f
    mov r10, [rax + r10*8 + 25]
    sbb r10, r10
    lea rax, [0]
    mov r12, [rdx]
    ret
    .balign 16
routine_112:
1:
    mov r14d, 574713
    mov edx, 270744
    lea rcx, [72]
    mov r10d, 831345
    or rax, [rip + table]
    mov [r12 - 42], r12
    mov r11, r10
    call routine_61
    test r12d, ecx
    movzx r13d, byte ptr gs:[104]
2:
    mov r11, [rip + table]
    shl rax, 29
    lea rbp, [rbp + r10*8 + 88]
    mov r12, [r9 + 262]
    mov r11d, 975726
    movzx r11d, byte ptr gs:[144]
    js 1b
    lea rbx, [rip + table]
    sbb ebp, -43
    mov r15d, 499159
3:
    sub r9d, -8
    xor r14, [rsi + 382]
    cmp rdx, rdi
    call routine_110
    movzx eax, byte ptr [rsi + r11*1 + 10]
    call routine_85
    save rdi, r15
    lea rax, [rax + rsi*8 + 85]
    mov r10, [r15]
    xor r13, r14
    ret
    .balign 16
routine_113:
1:
    mov gs:[16], r9
    cmp rsi, r8
    mov [r9 + r11*1 + 211], rbp
    test r11d, edi
    add rbx, gs:[152]
    jne 1f
    mov rdx, [rip + table]
    mov rbx, r15
    mov rax, [r12]
    shl rbx, 41
2:
    sbb r15, [r12]
    mov [rcx + 3863], r14
    mov [rdx + 460], r15
    save r10, rcx
    adc r9d, 208
    mov [r15 + 16], r15
    mov r13, [rdi - 111]
    mov r12d, 726643
    and r15, r12
    sub r15d, -226
3:
    call routine_108
    mov [rdx + 814], rsi
    mov rdi, gs:[248]
    movzx eax, byte ptr [r8 + 728]
    call routine_2
    test r9d, r12d
    lea rax, [rip + table]
    sub r14d, 140
    adc r10d, 58
    save r8, rdi
    ret
    .balign 16
routine_114:
1:
    movzx edi, byte ptr [rip + table]
    mov r13, [r13]
    and r12d, -229
    mov [rip + table], r11
    add rdi, [rcx + r10*4 + 150]
    lea r8, [r15 + 3891]
    mov r12, [r12 + 186]
    save r14, rbp
    je 1f
    jl 1b
2:
    jae 1f
    xor r15, r12
    mov rax, r9
    mov edx, 851940
    shl r15, 47
    mov r9, gs:[72]
    mov [rdx - 63], rax
    je 1f
    cmp rcx, r12
    mov [r14], rsi
3:
    test ebp, eax
    lea rcx, [r15]
    sbb r10d, -156
    mov [r12 + rbx*8 + 132], r13
    mov edi, 741450
    mov [r14], r13
    shl r14, 27
    test ecx, r9d
    adc ebp, 168
    or r10, gs:[144]
    ret
    .balign 16
routine_115:
1:
    mov eax, 671789
    or rsi, r11
    cmp r11d, -129
    or rdx, r10
    jb 1f
    mov rcx, [rcx + r11*1 + 202]
    cmp r8, r13
    test edi, edi
    jae 1f
    sbb r14d, -57
2:
    test r15d, ebx
    movzx ecx, byte ptr [rdx + 726]
    adc r8, r11
    sbb rbx, [r11 + rdx*8 + 6]
    or r10, [rip + table]
    mov r8, [rsi + 261]
    mov r8, [rsi + r11*1 + 110]
    xor rdi, [r9]
    and r8, [r11 - 8]
    jb 1f
3:
    cmp eax, -213
    sbb r15, [rdi + r12*4 + 224]
    lea rbx, [rax + 3682]
    save rax, rsi
    mov rax, [rip + table]
    cmp ebp, 216
    mov [rcx + r10*1 + 163], r11
    adc r11, r11
    mov [rdx + 3855], r11
    shl rdi, 3
    ret
    .balign 16
routine_116:
1:
    mov rbx, [rcx - 10]
    je 1f
    shl r14, 14
    mov [rip + table], r10
    call routine_66
    save r15, r10
    save r12, r14
    lea r11, [r13]
    call routine_42
    mov r14, r8
2:
    or edx, 179
    mov r13, [rcx + r14*2 + 41]
    sub rdx, r11
    save rsi, r10
    adc r8d, -295
    and ebp, 239
    lea rbp, [r10 + rdi*8 + 109]
    jne 1f
    call routine_12
    mov rcx, [rsi]
3:
    call routine_57
    adc r10, [r14 + rbx*8 + 34]
    test ebp, edi
    lea rsi, [r8 - 96]
    lea r8, [160]
    test r9d, r9d
    xor r14d, -183
    test eax, edi
    sbb ebx, -226
    mov r8d, 700666
    ret
    .balign 16
routine_117:
1:
    lea rbp, [rbx]
    mov r8d, 764885
    save r13, rdi
    movzx esi, byte ptr [r14 + 275]
    call routine_87
    sbb r15, [rbx]
    and rbp, [rax]
    lea r12, [r10 - 41]
    shl rax, 40
    test r14d, r9d
2:
    test ebx, esi
    shl r15, 11
    jmp 1b
    mov r12, [r12 + 776]
    call routine_50
    shl r8, 42
    shl r11, 6
    mov r11d, 270235
    cmp rsi, [rip + table]
    test r9d, ecx
3:
    and r9, [r14 + 905]
    shl r15, 57
    mov [rip + table], rax
    mov rbp, gs:[72]
    test r14d, r8d
    mov gs:[96], rsi
    lea r13, [rax - 95]
    movzx r12d, byte ptr [rsi - 41]
    mov rax, rbp
    and r11, [rip + table]
    ret
    .balign 16
routine_118:
1:
    mov r12, r13
    mov gs:[40], rax
    adc rbp, rcx
    and rcx, gs:[104]
    mov r10d, 442545
    mov r10, rsi
    mov rdi, r11
    mov edi, 880284
    call routine_44
    shl r8, 28
2:
    save r10, rsi
    mov r14d, 592810
    sbb r13, [r15 + 695]
    xor rsi, [rcx]
    mov edx, 1047493
    mov [r13 - 63], r11
    mov rcx, [r12 + 792]
    movzx edi, byte ptr gs:[136]
    lea rdi, [rip + table]
    shl rdx, 11
3:
    shl r10, 26
    save rax, rdx
    save rdi, rdx
    mov r9d, 417369
    test edx, r14d
    shl r9, 39
    movzx r8d, byte ptr [rcx - 117]
    sub ecx, 207
    cmp ebx, 167
    test ebp, esi
    ret
    .balign 16
routine_119:
1:
    mov r8, rdi
    mov rsi, r15
    and rbp, rdi
    test r14d, r8d
    jne 1f
    test ebp, r15d
    mov r9, r13
    mov r14, r9
    sbb r13, [r11 - 125]
    mov edx, 271075
2:
    mov [r11], r14
    xor r15d, -1
    lea rbp, [rbx - 69]
    mov esi, 124303
    shl r12, 44
    mov [rsi + r11*1 + 89], rdx
    mov rdx, rax
    jmp 1f
    mov [r10 - 77], r9
    mov rdi, r15
3:
    movzx r12d, byte ptr gs:[200]
    shl rdx, 56
    mov r13d, 109414
    test r8d, ecx
    mov r15d, 308140
    je 1b
    jmp 1b
    mov r14, rax
    sub r13d, 13
    call routine_50
    ret
    .balign 16
routine_120:
1:
    save r9, rsi
    jl 1f
    jne 1b
    movzx eax, byte ptr [rax - 26]
    xor rcx, [rip + table]
    shl r10, 33
    shl rbp, 17
    call routine_48
    test r12d, edx
    lea r12, [rdi - 44]
2:
    mov r8d, 880117
    cmp r9d, 67
    shl r8, 48
    movzx esi, byte ptr [rip + table]
    shl r10, 57
    call routine_101
    save rcx, rcx
    mov r12, [rcx + 236]
    sub ebx, 35
    mov [rip + table], r11
3:
    call routine_32
    cmp r15d, -71
    mov rbp, [rbx + r13*8 + 228]
    sub r9d, 101
    mov r9, [rcx]
    jae 1b
    xor ecx, 256
    save rcx, r9
    test edi, edi
    call routine_79
    ret
    .balign 16
routine_121:
1:
    lea r15, [248]
    mov [rcx + 13], rdx
    mov r9, [rax]
    jl 1f
    save rdx, r12
    save r9, rdi
    mov r8, [r10 + rbp*1 + 164]
    mov [r15], r9
    sub rdx, rax
    jmp 1f
2:
    shl r15, 4
    adc r12, [rip + table]
    test r12d, edi
    mov rsi, rsi
    test r14d, r8d
    mov [rax + 862], r14
    xor rsi, gs:[208]
    save rsi, r11
    call routine_80
    shl r14, 35
3:
    xor r9, [r9 - 6]
    call routine_39
    call routine_42
    mov r14, [rip + table]
    jb 1b
    mov r9d, 948444
    jb 1f
    mov rdx, gs:[184]
    sbb rbx, [rdi]
    call routine_42
    ret
    .balign 16
routine_122:
1:
    mov [r13 - 30], rdx
    shl r9, 25
    mov [rip + table], r15
    save rdi, r13
    sub rdi, rax
    xor r13d, 2
    movzx r8d, byte ptr [rip + table]
    mov rcx, [r15]
    sbb rdx, r13
    add r8d, 250
2:
    jb 1b
    movzx r12d, byte ptr [r13]
    movzx ecx, byte ptr [rdx]
    save r14, rbp
    call routine_95
    sbb r9, [r15]
    xor r9d, 191
    mov r12, r11
    mov r14, rbp
    lea rbx, [rbp]
3:
    test r12d, r11d
    mov [rcx - 108], rcx
    save rsi, rax
    test r15d, edi
    mov eax, 635246
    mov [rcx + 613], r12
    mov [rcx - 88], rax
    mov edi, 603347
    save rax, r8
    mov r13d, 996820
    ret
    .balign 16
routine_123:
1:
    call routine_60
    mov gs:[152], r15
    call routine_42
    mov r8, [r14 - 18]
    mov r12, [rbx + 305]
    mov r8, rcx
    test r11d, r10d
    test r14d, r13d
    mov rdx, rax
    save r10, r9
2:
    add r11, r10
    jge 1b
    mov [rdx - 96], rcx
    test r15d, r15d
    mov edx, 505380
    shl rbx, 23
    jb 1b
    lea r13, [r9]
    save rcx, r13
    save r13, r11
3:
    sbb rbp, r10
    sub rcx, rdx
    test edi, r14d
    shl r11, 45
    movzx ecx, byte ptr [r8]
    adc r10, [rsi]
    adc rbx, rdx
    and rax, rbx
    shl rax, 42
    test r13d, r8d
    ret
    .balign 16
routine_124:
1:
    call routine_98
    call routine_122
    movzx r15d, byte ptr [rax + r15*2 + 87]
    movzx ecx, byte ptr [rsi]
    shl rbx, 36
    or r9, rdx
    sbb rcx, [rdi]
    mov [rbx + r12*2 + 135], r11
    jmp 1b
    lea rbx, [r13 + 3787]
2:
    save rbx, r11
    mov r9, rax
    mov gs:[160], r15
    test r13d, r9d
    or r10, [r11]
    call routine_81
    jl 1b
    mov [r13 - 28], r10
    jl 1f
    shl r8, 38
3:
    test r10d, esi
    test ebx, r11d
    cmp r12, r13
    movzx ebp, byte ptr [rbx]
    mov ecx, 822842
    cmp r14, [rip + table]
    movzx eax, byte ptr [rdi]
    cmp eax, -37
    test ebx, edx
    mov rax, [rip + table]
    ret
    .balign 16
routine_125:
1:
    save rcx, r9
    mov r13, [rsi - 38]
    mov r8d, 381106
    shl rbp, 59
    lea rsi, [r14 + 827]
    jne 1f
    cmp rsi, [r10 + rcx*1 + 102]
    mov r12d, 144293
    movzx r10d, byte ptr [r8 + 515]
    lea r9, [rsi + 533]
2:
    lea r8, [rip + table]
    mov [rdi], r9
    call routine_17
    save r11, rcx
    test r14d, ebp
    save rax, rcx
    mov r11, [r13 + 3595]
    sbb rdi, r10
    sub r10, [r12 + r13*2 + 252]
    mov r14d, 649070
3:
    jae 1f
    mov rsi, r9
    movzx ebp, byte ptr [rip + table]
    save r11, rax
    lea r13, [rip + table]
    adc edx, 74
    mov [rbx + 3779], rdx
    shl rcx, 62
    cmp rsi, [r15 - 38]
    add r10d, 137
    ret
    .balign 16
routine_126:
1:
    test r15d, r10d
    mov rbx, r10
    movzx ebp, byte ptr [r8]
    mov r10, r9
    movzx edi, byte ptr [rcx + 546]
    call routine_60
    je 1f
    mov [rip + table], r9
    mov [r15 + rdi*1 + 120], rbp
    call routine_68
2:
    cmp rsi, r9
    movzx r14d, byte ptr [rip + table]
    save rsi, r14
    movzx edi, byte ptr [rdi]
    save r9, rdx
    mov rbx, rax
    adc r14d, -3
    save rax, r12
    lea r8, [rip + table]
    sbb r9, gs:[224]
3:
    test r13d, edi
    lea r13, [r14 - 23]
    mov r11d, 827590
    call routine_55
    lea rsi, [rip + table]
    call routine_25
    cmp rdi, rbx
    jb 1f
    add r12, rdi
    movzx edi, byte ptr [rsi]
    ret
    .balign 16
routine_127:
1:
    mov [r9 + r12*4 + 160], r11
    adc r9, [rip + table]
    mov r10, r11
    mov [r11 - 37], r14
    mov eax, 426638
    movzx esi, byte ptr [rcx]
    movzx r13d, byte ptr gs:[48]
    mov rdx, rax
    test esi, ebx
    mov r10d, 639765
2:
    jae 1f
    mov r12, [r8]
    save rbx, r11
    mov rax, r9
    lea rbx, [rsi - 44]
    shl r13, 18
    cmp rbx, [r9 + rbx*2 + 86]
    or rbp, [rip + table]
    xor r9, r13
    mov [rip + table], r9
3:
    jae 1f
    shl rax, 47
    lea rdx, [r9 + r13*8 + 248]
    mov rdx, [rip + table]
    mov r10, [r9 + r11*8 + 57]
    add rbp, [rbx - 62]
    je 1f
    call routine_33
    mov [rip + table], r11
    mov r14d, 48799
    ret
    .balign 16
routine_128:
1:
    js 1f
    sbb r13d, -207
    save rcx, r13
    movzx r15d, byte ptr [rip + table]
    mov rsi, gs:[72]
    test r10d, ecx
    movzx r11d, byte ptr gs:[216]
    call routine_33
    shl rsi, 47
    save rbp, rdx
2:
    movzx eax, byte ptr [rdi + 600]
    or rbx, rcx
    adc r8, [r14 - 102]
    adc ebx, 73
    call routine_63
    test ebx, r15d
    mov r14, r15
    xor r8, gs:[176]
    mov [rdx + rcx*2 + 180], r11
    call routine_122
3:
    shl rcx, 5
    js 1f
    save r9, rbx
    sbb eax, -40
    jge 1b
    add ecx, 261
    add r14, [r13 - 125]
    and r13, rbx
    sub rax, rax
    mov rsi, [r11 + 3915]
    ret
    .balign 16
routine_129:
1:
    mov r15, [r13 - 29]
    movzx r9d, byte ptr [rbp - 48]
    mov rcx, [r12 - 119]
    movzx r8d, byte ptr [rip + table]
    mov rcx, [rcx + 90]
    jmp 1b
    call routine_42
    and r11, r10
    jl 1f
    lea rcx, [rax + 88]
2:
    mov r12d, 700206
    movzx r12d, byte ptr [rip + table]
    call routine_72
    lea r12, [r15 + r8*4 + 165]
    add rax, [r12 + r12*1 + 102]
    movzx ebp, byte ptr gs:[88]
    sbb r11d, 112
    mov r8d, 217523
    call routine_17
    shl rbp, 29
3:
    lea r15, [224]
    mov rsi, rcx
    lea r14, [168]
    lea r12, [r11 - 78]
    jl 1b
    mov r11, [rdx + rbx*1 + 38]
    shl rcx, 42
    xor r13d, -49
    and r15, rcx
    test ebp, r8d
    ret
    .balign 16
routine_130:
1:
    and r9, r8
    lea r14, [rsi + rbp*8 + 208]
    and r10, rdi
    call routine_6
    test r10d, esi
    mov edi, 498257
    save rbp, r15
    je 1b
    call routine_76
    jb 1f
2:
    mov rbp, [r13]
    jmp 1b
    call routine_121
    mov ebx, 182428
    shl rdi, 47
    cmp r9, [r8 + 367]
    mov [rbp - 16], r9
    save r13, rax
    adc rbx, r12
    cmp r12, rcx
3:
    mov esi, 427953
    and r9d, 11
    and r10, rbx
    mov gs:[200], rax
    shl rax, 43
    and esi, 212
    call routine_127
    test r14d, r12d
    save r10, rcx
    and r13d, -177
    ret
    .balign 16
routine_131:
1:
    and r15, [rax + 1016]
    mov [r9 - 56], rsi
    save r12, r12
    jmp 1f
    shl r8, 40
    mov r10, r8
    lea rdi, [rcx + 470]
    cmp rax, [rip + table]
    cmp r8d, -68
    or rsi, [r12 + 997]
2:
    mov [r12 + r11*2 + 158], r15
    mov r14, [rip + table]
    and r14, rsi
    save r9, r11
    movzx r14d, byte ptr [r14 + r15*1 + 93]
    cmp r13, r8
    lea r12, [rip + table]
    test esi, r11d
    mov eax, 221305
    sub rdi, [r12 - 11]
3:
    mov r10, [r8]
    movzx esi, byte ptr [rcx + 721]
    mov r12d, 364438
    save rsi, rax
    mov r10, [r13 + 3685]
    call routine_53
    jae 1f
    and edi, -57
    movzx ebp, byte ptr [r10 + r8*1 + 207]
    lea r15, [80]
    ret
    .balign 16
routine_132:
1:
    call routine_31
    call routine_24
    cmp edi, -231
    call routine_32
    mov r15, [r14]
    mov rsi, [rbx + r14*4 + 18]
    mov r14, gs:[128]
    mov r8d, 505926
    mov rbp, [rbp - 120]
    movzx r13d, byte ptr gs:[32]
2:
    mov [r11 + 620], r10
    mov gs:[0], r14
    jmp 1b
    shl r9, 50
    shl rbp, 26
    sbb ecx, 265
    mov gs:[152], r12
    call routine_12
    adc r9, r15
    movzx r15d, byte ptr gs:[136]
3:
    jne 1b
    jae 1b
    mov r12, rcx
    mov rbp, r10
    lea rsi, [208]
    mov r10, r14
    shl rbp, 12
    test esi, r11d
    mov rbp, r8
    mov rsi, gs:[120]
    ret
    .balign 16
routine_133:
1:
    cmp rdx, [rsi - 52]
    mov [r8 + rax*4 + 35], r11
    mov [rdx + rbp*4 + 114], rax
    call routine_115
    test r15d, r12d
    xor edx, 266
    and r8, r10
    lea rcx, [r12 + 353]
    mov rbx, r11
    mov [r15 + r13*4 + 86], r15
2:
    call routine_57
    movzx edx, byte ptr [rax - 102]
    test r10d, r9d
    jb 1b
    mov gs:[24], rcx
    call routine_106
    sub r10, [rdi]
    cmp r9d, 277
    movzx esi, byte ptr gs:[56]
    mov r13, [rip + table]
3:
    jmp 1f
    js 1f
    jb 1f
    call routine_117
    cmp r10d, -155
    sub r10, rcx
    mov rbx, r13
    test edx, esi
    movzx esi, byte ptr [rip + table]
    mov rbp, rax
    ret
    .balign 16
routine_134:
1:
    save r8, r15
    mov r8d, 303754
    lea r9, [88]
    mov r15, gs:[40]
    mov ecx, 12935
    call routine_127
    shl r15, 7
    jge 1b
    movzx eax, byte ptr [rip + table]
    mov r10, [rcx - 77]
2:
    call routine_40
    cmp rdx, r9
    mov eax, 1003497
    mov r14, [rip + table]
    test esi, r14d
    xor rdi, rdi
    lea r15, [rcx + rsi*8 + 198]
    jae 1f
    jne 1f
    save r14, rax
3:
    xor rbx, [r9 + 48]
    sbb rdx, [r11 + r14*1 + 149]
    lea r13, [r15]
    mov [rbp - 111], rdi
    save rbp, rsi
    test r11d, eax
    lea rcx, [rsi + 835]
    movzx ecx, byte ptr [r12 - 43]
    lea rbp, [r10]
    shl r11, 8
    ret
    .balign 16
routine_135:
1:
    mov rdi, gs:[248]
    shl r10, 39
    save rax, rdx
    mov [rdi + 3870], r9
    mov edx, 292947
    mov gs:[40], r14
    test ebx, edi
    je 1b
    jae 1f
    test ecx, ebx
2:
    call routine_122
    mov eax, 309400
    movzx ebp, byte ptr gs:[80]
    shl rax, 8
    mov [rsi], r15
    and rdx, [r11 + r11*2 + 35]
    mov r8, [r14]
    call routine_11
    movzx r14d, byte ptr [rip + table]
    adc rbx, r15
3:
    cmp r14, r11
    sub rax, rsi
    save rcx, r9
    xor rsi, [r9 - 39]
    mov rdx, [r8 + 360]
    lea r8, [120]
    jae 1b
    mov [r12 - 67], r11
    mov rbx, rax
    mov rsi, rbp
    ret
    .balign 16
routine_136:
1:
    save rbx, rdi
    mov [rip + table], r14
    call routine_34
    jae 1b
    mov r14d, 769824
    sub r8, rsi
    jge 1b
    save r8, rax
    mov rax, [rip + table]
    shl r11, 18
2:
    mov [rcx + r12*1 + 170], r9
    mov r9, rsi
    jge 1b
    mov r12, rbp
    test ebp, ebx
    movzx r15d, byte ptr [r13 - 99]
    shl rax, 13
    sbb rax, r13
    mov r14, [r11 + rbp*8 + 167]
    mov edi, 41246
3:
    shl r15, 13
    mov esi, 65564
    and rax, gs:[96]
    mov ecx, 794711
    call routine_120
    jl 1b
    and rbp, rsi
    jb 1b
    save r14, rdi
    mov r14d, 992192
    ret
    .balign 16
routine_137:
1:
    lea rbx, [rbp + 4048]
    or rdi, [rip + table]
    or r13, [rbx]
    mov rdx, [r10]
    save r8, r13
    xor rdx, r15
    mov rdx, r15
    shl rdi, 22
    movzx r8d, byte ptr [rip + table]
    mov rbx, rbp
2:
    add edx, 88
    mov r9d, 978762
    sub r11d, -90
    jne 1f
    mov r11d, 365069
    mov rcx, r12
    mov [r14 - 86], r12
    call routine_52
    lea r10, [r10 + 367]
    cmp eax, 77
3:
    sub r14d, -268
    jae 1b
    call routine_44
    save rsi, rsi
    test r12d, r11d
    mov r12, [r9 + rdi*8 + 45]
    jge 1f
    movzx r12d, byte ptr [rdx + 952]
    sbb rax, r12
    shl r8, 26
    ret
    .balign 16
routine_138:
1:
    jb 1f
    test r11d, edi
    save r13, rcx
    mov r9, r14
    js 1b
    movzx r14d, byte ptr [r13]
    mov rbx, [rip + table]
    lea rax, [r11 + 25]
    save r14, r11
    cmp r9, r11
2:
    mov r10, gs:[176]
    movzx eax, byte ptr [rip + table]
    lea r8, [184]
    shl r10, 9
    mov [rip + table], r11
    shl rax, 33
    mov ecx, 766865
    lea rcx, [rip + table]
    adc edi, 158
    and r12d, 96
3:
    mov [r8 - 74], rsi
    mov r11, r10
    call routine_50
    sbb edx, 251
    jae 1f
    save rcx, r9
    jge 1b
    call routine_2
    sub rcx, gs:[64]
    call routine_77
    ret
    .balign 16
routine_139:
1:
    call routine_1
    test eax, r10d
    shl r10, 55
    mov gs:[56], rdi
    js 1b
    mov [rip + table], r14
    sub r9, [rax]
    movzx eax, byte ptr gs:[216]
    shl r8, 39
    lea rbp, [rip + table]
2:
    cmp r8d, -38
    mov [r13 + 140], r12
    je 1b
    cmp esi, 176
    call routine_99
    mov [rdi + 1003], rbx
    mov r10, [rbx + 1013]
    mov rax, [r11 - 11]
    mov edx, 124136
    mov r10, [rdi - 123]
3:
    movzx r13d, byte ptr [rip + table]
    call routine_92
    lea r9, [r10 + 144]
    mov esi, 225970
    sbb rdi, [rdx + 348]
    movzx r10d, byte ptr [r12 + r15*2 + 97]
    save rdx, rax
    save r10, r11
    movzx edx, byte ptr [r14 + 708]
    mov [r12 + 512], r10
    ret
    .balign 16
routine_140:
1:
    movzx r12d, byte ptr [r13]
    mov r12, r9
    jge 1b
    je 1b
    lea rcx, [r9 - 100]
    xor r12d, -255
    call routine_104
    and r8d, 222
    lea r12, [r12 - 11]
    mov r13d, 981310
2:
    mov [rbp + 24], rcx
    call routine_84
    mov eax, 393099
    shl rbx, 15
    mov r12d, 596776
    sub rbx, r14
    add rdx, rdx
    jge 1b
    xor esi, 180
    mov r12, [rax + r10*8 + 50]
3:
    mov r9, rdx
    mov r9d, 584433
    and rcx, gs:[240]
    movzx r9d, byte ptr [rdi + rdx*8 + 123]
    and r15d, 253
    or r11, gs:[16]
    mov gs:[8], r10
    test r14d, edx
    jl 1f
    test r13d, r13d
    ret
    .balign 16
routine_141:
1:
    mov r9, [rdx + 62]
    test r9d, r13d
    mov eax, 816810
    lea r13, [rip + table]
    sub edi, -239
    save r9, r11
    adc rbx, r8
    movzx edi, byte ptr gs:[200]
    mov r11d, 89724
    and rsi, rdx
2:
    jb 1b
    mov r9, r10
    add r14, [r15 + 4008]
    sub r10, [rbx + 7]
    movzx r8d, byte ptr [rbx - 11]
    sbb r11, [rbp - 19]
    mov r14, r8
    mov [rdi + rdx*8 + 235], r10
    mov ebp, 852858
    mov gs:[104], r14
3:
    add edi, 115
    mov r15, [rbx + 3877]
    call routine_38
    sbb r12d, 181
    cmp r14, [rsi + rax*8 + 203]
    movzx ebp, byte ptr [r9 + r11*1 + 210]
    jl 1b
    shl r12, 29
    mov r12d, 583144
    shl r12, 12
    ret
    .balign 16
routine_142:
1:
    mov r14, r15
    add r11, [r13]
    save r9, r8
    sbb rsi, r8
    test edi, ecx
    save r15, rdi
    save rdi, rbp
    lea r14, [16]
    xor rdx, [rip + table]
    jb 1b
2:
    mov rdi, [rbx + r15*1 + 36]
    sbb r14, [rip + table]
    call routine_3
    mov rdx, rdx
    mov edi, 783578
    test r11d, r14d
    shl r9, 23
    save r15, rsi
    jne 1f
    mov r11, [r9 + r15*1 + 107]
3:
    test r15d, r9d
    lea rdi, [r10 + 3950]
    save r15, r13
    sbb r13, [r14 + rax*8 + 141]
    jne 1f
    adc r9d, -251
    call routine_49
    jb 1f
    mov rbp, rax
    call routine_32
    ret
    .balign 16
routine_143:
1:
    save r12, r10
    sbb esi, 134
    mov r8, rax
    sub r10d, -227
    test r10d, ebp
    and rbx, rsi
    lea rsi, [rdx - 0]
    mov r15d, 724021
    and r12, rbx
    mov rbx, r8
2:
    test ebp, r12d
    jae 1f
    mov r14, [rax - 104]
    movzx ebp, byte ptr [rip + table]
    test esi, r10d
    save rcx, r8
    shl rbp, 20
    lea rdi, [rip + table]
    movzx r14d, byte ptr [rip + table]
    call routine_129
3:
    mov [rdi + r12*4 + 54], r13
    sub rdi, rax
    je 1b
    adc rax, r11
    mov r14, [rip + table]
    shl rbx, 40
    call routine_65
    cmp r13d, 288
    lea rdi, [r15 - 59]
    or r15d, -90
    ret
    .balign 16
routine_144:
1:
    test r10d, edx
    movzx r14d, byte ptr [rdx]
    mov rdx, gs:[240]
    call routine_37
    xor r14, [rip + table]
    lea rcx, [rbx + r12*4 + 106]
    jae 1f
    call routine_59
    mov [r12 + 3617], rax
    movzx edx, byte ptr [rdx + 1009]
2:
    sub rsi, [r8 + r10*8 + 72]
    test r12d, r10d
    and r13, [r12 + 883]
    mov ecx, 265855
    jl 1b
    adc ecx, 120
    mov r8, [rax + r13*8 + 165]
    mov r15d, 596456
    mov r13, r11
    mov [rip + table], rcx
3:
    test ebp, edi
    mov [r8 - 2], r8
    or r12, r12
    mov r10, [rcx - 105]
    mov rbx, r8
    mov rbp, [rsi + rdi*1 + 41]
    sbb r13, gs:[208]
    mov [r8 + 117], r8
    call routine_64
    mov ebx, 796036
    ret
    .balign 16
routine_145:
1:
    add rbx, rdi
    mov r9, rdx
    test ebx, ebp
    mov [rbx + r14*8 + 128], rbx
    shl rbp, 33
    sub rdx, r14
    test r11d, r12d
    shl rbp, 51
    call routine_45
    test edi, ecx
2:
    mov r8, rbx
    mov r11, [rdx]
    or rdi, [rdi + 256]
    mov rsi, [r13 + rbx*4 + 173]
    test ebp, edx
    mov r15, r11
    test edx, r15d
    shl rcx, 8
    mov r8, r12
    lea r9, [rbx + 89]
3:
    shl r15, 50
    mov rbx, rbx
    mov r13d, 484510
    test r13d, ebx
    cmp r12, [r12]
    save r15, rsi
    mov r11d, 7176
    jne 1f
    movzx eax, byte ptr [r14 + r8*8 + 38]
    mov r15, rax
    ret
    .balign 16
routine_146:
1:
    save rcx, r11
    mov r15, rbx
    movzx r13d, byte ptr [r12]
    lea r12, [152]
    mov r11, r8
    mov r11, rcx
    mov gs:[32], rbp
    add r14, [rdx - 45]
    mov r9, r14
    save r15, rbx
2:
    call routine_120
    and rdi, r9
    cmp rdx, rbx
    call routine_42
    sbb rcx, rsi
    mov r11, r13
    sub r14, [rip + table]
    save r15, r15
    mov eax, 445056
    shl rdi, 51
3:
    save rcx, rdi
    sbb rbp, [rcx + r15*8 + 130]
    mov gs:[208], rdi
    sub esi, 247
    shl rdi, 1
    add rbx, rcx
    mov [rip + table], r12
    test ecx, ebp
    xor r12, r13
    mov r13, [rsi - 9]
    ret
    .balign 16
routine_147:
1:
    mov r11, rax
    movzx eax, byte ptr gs:[112]
    save rcx, r14
    add r15, [rip + table]
    save r14, rdi
    mov rcx, [rax + rcx*8 + 122]
    mov r15, [r8 - 113]
    cmp r14, rdi
    mov r15, rbx
    call routine_103
2:
    sbb r13d, 175
    jae 1b
    mov eax, 115251
    xor r10, [rdx + r9*1 + 180]
    test r9d, edi
    call routine_25
    test edx, ebp
    lea r14, [r10]
    movzx r15d, byte ptr [rax - 84]
    test ecx, edi
3:
    mov r10, rbx
    cmp r10, r8
    lea r13, [r14 + r11*2 + 6]
    lea rcx, [128]
    mov rsi, [rip + table]
    xor rcx, [rcx + rax*1 + 118]
    mov rdi, [rip + table]
    test r14d, r9d
    lea r10, [r12]
    mov edi, 945321
    ret
    .balign 16
routine_148:
1:
    or rbp, [rdx + 3853]
    lea rax, [64]
    and r8, r13
    sbb r13, rdi
    mov r13, rcx
    save rax, r9
    movzx r15d, byte ptr [rbx - 49]
    lea r11, [r10 + rcx*8 + 70]
    mov rcx, r11
    save rcx, rdi
2:
    jne 1f
    xor r10d, 46
    call routine_44
    xor r8d, 116
    mov [rdx + 672], r11
    mov r10d, 734368
    shl r14, 27
    save r15, r8
    mov [rip + table], r9
    call routine_91
3:
    mov edx, 70983
    mov rbp, [rcx + r10*8 + 183]
    shl rbx, 29
    mov rdx, [rip + table]
    test r11d, r13d
    test r14d, edx
    mov r11d, 604842
    or r13, [r15 - 17]
    call routine_76
    save r15, rdx
    ret
    .balign 16
routine_149:
1:
    mov r8, [r15 + 4032]
    adc r13, [r14 + rbp*1 + 216]
    mov r10, r10
    save rcx, r12
    sub rsi, [rsi - 112]
    sbb r8d, -155
    lea r10, [r11 - 44]
    mov rsi, [rsi]
    test r10d, esi
    test r15d, ecx
2:
    adc eax, 269
    and r8, [r9 + r8*4 + 103]
    mov r10d, 175903
    movzx ebp, byte ptr [r12 + 385]
    cmp ebx, 86
    sub r9, r12
    mov rdx, rbp
    mov r9d, 78186
    mov r14, [r15 + rdx*1 + 78]
    mov [rip + table], rdi
3:
    mov [rip + table], r14
    mov rsi, r13
    or r13, [rdi - 66]
    mov r15, rdi
    cmp r15, r8
    mov [r14 - 32], r10
    sbb ecx, -60
    adc r10, [rdi]
    mov r15, [rip + table]
    mov rdi, [rbp]
    ret
    .balign 16
routine_150:
1:
    call routine_110
    mov r10, gs:[224]
    mov gs:[96], r8
    mov rax, [r13 + 3653]
    mov [r13 + r13*2 + 113], r11
    call routine_38
    jl 1f
    mov [rcx + r13*1 + 46], r11
    lea r14, [rip + table]
    call routine_126
2:
    mov r15, [r8 + 638]
    jge 1b
    mov r10d, 904106
    add r9d, 80
    jl 1f
    movzx r9d, byte ptr [rax + 3945]
    movzx r8d, byte ptr [rax - 100]
    mov eax, 764592
    mov rdx, r10
    sub r12, r11
3:
    movzx r13d, byte ptr [r8 - 52]
    sbb rcx, [rdi + 4008]
    adc ebp, -187
    adc r15, rcx
    test eax, r14d
    sub rbp, [r15 + rsi*8 + 67]
    lea rax, [rbp - 36]
    test ecx, r11d
    call routine_12
    mov [r12 + rdi*1 + 42], rsi
    ret
    .balign 16
routine_151:
1:
    mov [rax], rdi
    and r10, r14
    mov r11, r9
    lea rdx, [r9 - 100]
    shl r9, 36
    jge 1b
    mov [rip + table], r11
    shl rbp, 14
    call routine_98
    lea r11, [r15 + r13*4 + 164]
2:
    mov [rbp + 4027], r14
    mov [rax], rdi
    adc rdx, [rip + table]
    movzx edx, byte ptr [rdi + rdi*2 + 171]
    mov r12, rbx
    mov [r10 - 14], rdx
    save r13, rax
    jb 1b
    lea r13, [r12]
    or r13, rdx
3:
    shl r8, 42
    shl rcx, 36
    mov r11, r15
    test r10d, r8d
    save r11, rbp
    shl r14, 26
    mov r12, rsi
    mov r10d, 216405
    adc r11, r12
    save rsi, rbp
    ret
    .balign 16
routine_152:
1:
    test r8d, r10d
    cmp r12, [rbp]
    sbb rdi, [rsi]
    mov r12, gs:[48]
    adc rcx, [rsi + 568]
    and ebp, -262
    sub r13, [rdx + 570]
    movzx edx, byte ptr [rip + table]
    lea r14, [rip + table]
    or rdx, rbp
2:
    mov r10d, 819462
    je 1b
    mov rdx, [rbp - 46]
    jmp 1b
    lea rcx, [r12 + r9*1 + 216]
    test ebp, esi
    movzx r8d, byte ptr gs:[192]
    shl r12, 57
    test ebp, r11d
    movzx r8d, byte ptr [rsi + 437]
3:
    mov ebp, 377425
    jl 1b
    test r12d, r11d
    movzx r11d, byte ptr [r11 - 105]
    sbb r12d, -183
    adc r14, [rip + table]
    sbb esi, 298
    or r13, gs:[24]
    jmp 1f
    add esi, 115
    ret
    .balign 16
routine_153:
1:
    mov r12d, 609402
    shl r14, 56
    je 1b
    lea rax, [r10 + rax*4 + 125]
    call routine_55
    add rbp, rdi
    shl r9, 53
    cmp r10, rdx
    cmp r9d, -165
    mov eax, 736970
2:
    cmp rdx, [rcx - 17]
    mov r12, [r11]
    jmp 1b
    mov r8, [r12 - 38]
    mov r12d, 274710
    save r15, r9
    mov r15d, 236631
    mov [r9], rbp
    mov esi, 616698
    movzx r14d, byte ptr [rsi + rbx*2 + 204]
3:
    test edi, r13d
    mov rdi, [rip + table]
    adc r8d, -152
    shl rdi, 31
    mov r15, [rip + table]
    call routine_38
    test r15d, r12d
    save r12, rsi
    mov r12, [r10 + 3818]
    call routine_137
    ret
    .balign 16
routine_154:
1:
    mov r15, [rip + table]
    sbb rcx, [r10 + 858]
    shl rdx, 24
    adc rbp, rdi
    save r8, rcx
    lea r15, [rip + table]
    test ecx, r9d
    lea r10, [r9 + 265]
    test r9d, r14d
    jmp 1b
2:
    mov [r8 - 14], r11
    mov r10d, 1015068
    mov r14, rsi
    shl r15, 10
    lea rdi, [rip + table]
    mov [r15], r8
    test r8d, ebx
    lea rdi, [rbx - 41]
    movzx r8d, byte ptr [r10 + 3952]
    shl r9, 29
3:
    mov r10, [r10]
    mov r15, [rbp + 248]
    call routine_45
    or r13d, 129
    shl rbp, 38
    and r11d, -85
    adc r12d, 43
    mov rdx, [r12 - 63]
    shl rbp, 11
    movzx r15d, byte ptr [r11]
    ret
    .balign 16
routine_155:
1:
    mov [rbp + 733], r13
    mov r13, rdx
    test r8d, r14d
    mov ebp, 206422
    mov [r12 - 82], r8
    cmp r11, [r10]
    call routine_95
    or r10, rax
    lea r15, [rbx]
    and r10, gs:[24]
2:
    and r14, rcx
    and r12, r12
    call routine_137
    sbb rdi, [rbx + rax*4 + 113]
    save rdx, r9
    lea rdx, [r12 + r14*8 + 181]
    save rax, r8
    lea rbp, [rbx + rax*8 + 109]
    mov rax, rdx
    lea rbx, [r12 - 78]
3:
    mov [r11], r11
    add r8, [rip + table]
    save r8, r8
    adc r13, [rax]
    mov rax, rcx
    test r14d, ebx
    movzx eax, byte ptr [r14 + 928]
    mov rsi, [rip + table]
    mov r8, rsi
    test edi, r9d
    ret
    .balign 16
routine_156:
1:
    mov ebp, 35941
    test r10d, r9d
    save r11, r9
    adc r10d, 94
    jne 1f
    call routine_67
    sub r15, [r9 + 773]
    movzx ebp, byte ptr [r12 + r11*1 + 21]
    call routine_124
    mov ecx, 763571
2:
    test esi, r15d
    sbb r9d, 274
    lea rbp, [168]
    test ebp, edx
    xor edx, -291
    sbb rbp, rsi
    save rdi, r14
    and r13, rsi
    shl r8, 61
    mov rax, [rbp - 122]
3:
    save rbx, r13
    cmp r10, rdx
    sub r11, rax
    movzx esi, byte ptr [r13 + r9*8 + 175]
    mov rdi, rsi
    lea rbx, [rsi - 19]
    lea r9, [104]
    mov edx, 368030
    shl r12, 48
    cmp ecx, -101
    ret
    .balign 16
routine_157:
1:
    test edx, r15d
    movzx r15d, byte ptr gs:[136]
    mov r13d, 953779
    and r14, [rax - 33]
    sub r14, [r11 + 10]
    or r12, [rbx]
    and r14d, -170
    adc rsi, r15
    sub ebx, 183
    save rax, r9
2:
    test r15d, r14d
    shl rbp, 34
    call routine_91
    mov r9, [r12 - 85]
    jge 1b
    jb 1b
    shl r10, 2
    xor ebp, 122
    test ebp, ebp
    test r11d, r10d
3:
    save rbp, r15
    js 1f
    mov r10d, 903470
    add rcx, rdx
    mov r13, [r14 + 975]
    add r11, rbp
    movzx r10d, byte ptr [rbp]
    mov edx, 828202
    save rsi, rdi
    mov [rcx], rbx
    ret
    .balign 16
routine_158:
1:
    lea rbp, [rbp]
    mov r12, rax
    sub r13d, -6
    mov [rdi - 39], rdi
    mov r11, [r12]
    mov [rbx + r9*4 + 222], rdi
    add rbx, r11
    adc ecx, -188
    lea rax, [r11 - 52]
    call routine_101
2:
    lea rbp, [r10]
    xor rsi, gs:[200]
    cmp rcx, rbx
    jne 1b
    save rax, rcx
    adc r8d, 267
    and r12d, -193
    or edi, -228
    add esi, 217
    mov [r11 - 82], r9
3:
    movzx ecx, byte ptr [rdx - 75]
    xor r10, [rbx + rsi*2 + 103]
    movzx eax, byte ptr [rsi + 531]
    lea r13, [rip + table]
    mov [r9], rdx
    or r9, r11
    lea rbp, [r11 + 695]
    lea r13, [rip + table]
    shl r14, 48
    shl rcx, 39
    ret
    .balign 16
routine_159:
1:
    xor rbx, rdx
    cmp r14d, -137
    mov rbx, [rbx - 89]
    xor r11, r8
    save rcx, r14
    call routine_99
    je 1f
    mov r11, r13
    movzx r8d, byte ptr [rbx + 111]
    mov rdx, gs:[112]
2:
    jae 1b
    movzx ecx, byte ptr [r8 + r8*2 + 90]
    mov eax, 542105
    adc rsi, rdx
    jne 1f
    and r12, r9
    add r12, rdi
    jb 1b
    mov rdx, r9
    mov esi, 245546
3:
    mov eax, 860316
    and rdi, r11
    test edi, r15d
    cmp rbp, [rbp + 608]
    sbb rdx, [r12 + 3705]
    movzx r11d, byte ptr [rcx - 80]
    mov r11, gs:[240]
    jmp 1f
    shl r10, 7
    movzx r13d, byte ptr [r14 - 0]
    ret
    .balign 16
routine_160:
1:
    test r15d, eax
    lea rdx, [224]
    movzx r11d, byte ptr gs:[40]
    mov rdi, [rbx + 364]
    or r9, r9
    or r13, r10
    test r10d, ebx
    jb 1b
    test r14d, edi
    xor r13, [rax]
2:
    call routine_159
    and r14, rdi
    mov esi, 423352
    movzx esi, byte ptr [r11]
    test ebx, esi
    test edx, ecx
    mov rdi, [r9 + r11*2 + 233]
    movzx r8d, byte ptr [rip + table]
    or eax, -234
    mov rax, rcx
3:
    lea r8, [rsi]
    and r14, [r11 + 137]
    mov ebp, 512147
    xor r12, gs:[176]
    mov [rbp + 980], r9
    shl rcx, 49
    xor rbp, [r14 + rdi*4 + 163]
    shl rdi, 28
    test r15d, r12d
    mov rbx, [rdx]
    ret
    .balign 16
routine_161:
1:
    mov rbp, r13
    or r15d, 113
    movzx ebp, byte ptr [r15 - 79]
    sbb rdx, [rdi + rcx*2 + 16]
    jmp 1b
    shl rdi, 9
    mov r9, [rbx + 872]
    lea r13, [240]
    mov r8, r11
    call routine_113
2:
    or r15, rax
    shl rdi, 52
    shl rbx, 21
    and r11, r12
    jne 1b
    mov rbx, r12
    lea rdi, [r13 - 125]
    shl rcx, 21
    save rbp, rbp
    mov [rax + rdi*2 + 108], r10
3:
    add edx, 218
    test r13d, r8d
    jl 1b
    mov [r15 + rcx*4 + 135], rdx
    or rax, [r15 - 33]
    call routine_60
    call routine_45
    shl r14, 24
    lea r13, [rbx]
    shl r10, 59
    ret
    .balign 16
routine_162:
1:
    mov rsi, [rip + table]
    adc r10d, -53
    test ecx, ecx
    jge 1f
    mov gs:[64], rdi
    mov rcx, gs:[96]
    mov r13, r11
    mov r8d, 834466
    mov rbx, rcx
    mov [rip + table], rbx
2:
    mov [rbp - 69], rsi
    lea rbp, [80]
    mov [rax], r13
    call routine_11
    and ebp, -233
    or rbx, gs:[128]
    movzx edx, byte ptr [rsi + 1011]
    mov gs:[40], r12
    lea r9, [rbx - 32]
    shl rsi, 29
3:
    shl r13, 38
    mov r10, rcx
    mov r14, [r14 - 118]
    sbb r9d, -291
    cmp edi, -107
    mov r8, rcx
    cmp r12, rbx
    save rsi, rax
    jl 1f
    mov ecx, 163128
    ret
    .balign 16
routine_163:
1:
    or rdx, [r15 + 121]
    add r14d, -245
    movzx r14d, byte ptr [r12 + 385]
    jl 1f
    lea r13, [rbx - 105]
    mov gs:[208], rax
    mov rcx, rbx
    mov r15, r10
    shl r15, 7
    save rdi, r14
2:
    movzx r10d, byte ptr gs:[152]
    sub r14, [rax - 35]
    test edx, ecx
    adc r12, rbx
    test r12d, edx
    sub r12, gs:[176]
    mov r13, [rsi + 3875]
    or r10, [rip + table]
    mov esi, 175328
    mov ecx, 176386
3:
    shl rbx, 40
    mov rdi, r8
    movzx ebp, byte ptr gs:[64]
    movzx r13d, byte ptr [r9]
    mov r9d, 462965
    lea r12, [112]
    mov edi, 544716
    mov rbx, r12
    shl rsi, 56
    mov edx, 903399
    ret
    .balign 16
routine_164:
1:
    sbb r12, [rip + table]
    xor rax, r15
    call routine_100
    mov r12d, 152335
    test r12d, r15d
    add r15, r11
    or rcx, r13
    test edi, ebp
    test edx, esi
    movzx r15d, byte ptr gs:[128]
2:
    mov r11, r11
    lea r14, [r8 - 66]
    and r13, r13
    xor ebx, -2
    movzx r9d, byte ptr [r8 - 82]
    mov [r10 + r15*4 + 148], rdx
    lea rdx, [r12]
    movzx ebp, byte ptr gs:[144]
    shl rsi, 23
    save r12, r13
3:
    save rbp, rbp
    cmp r13, [r9 + r13*8 + 78]
    xor r14, rbx
    jb 1b
    lea rsi, [r13 + 639]
    call routine_102
    movzx esi, byte ptr [rdx + r12*1 + 9]
    mov r8d, 823884
    mov rbx, r15
    save rdx, r10
    ret
    .balign 16
routine_165:
1:
    sbb rdi, [r9 + r15*2 + 167]
    jl 1f
    mov edx, 512784
    movzx ebx, byte ptr [rip + table]
    save r8, rbp
    mov rsi, [rbx - 16]
    sbb r10d, 163
    movzx r14d, byte ptr [rdx + rdi*1 + 79]
    xor rbp, [rdi + 4057]
    jae 1b
2:
    movzx r13d, byte ptr [r14]
    save r10, r8
    movzx edi, byte ptr [rip + table]
    or r11d, 227
    or r9, [r12 + 105]
    sub rax, gs:[216]
    shl r11, 28
    jne 1f
    xor rsi, rsi
    save r8, r10
3:
    mov r12d, 561890
    mov r8d, 10566
    sbb r12, r12
    shl rsi, 32
    or r11, [r13 - 51]
    and rbx, r14
    test edx, edi
    lea rsi, [r8 + 650]
    save rdi, r13
    test eax, r14d
    ret
    .balign 16
routine_166:
1:
    and esi, 161
    mov [rbx], r12
    mov esi, 109275
    call routine_135
    je 1f
    test ebx, ecx
    shl r14, 5
    shl rbx, 16
    mov [rax + 259], r8
    cmp r9d, 197
2:
    movzx ebp, byte ptr [r13]
    mov r8, [rdi + rsi*2 + 74]
    mov r8d, 997543
    movzx edx, byte ptr [rdi]
    mov edi, 622577
    or rdx, [rip + table]
    lea r9, [rcx]
    test ebp, edi
    jae 1b
    cmp r10, r15
3:
    jge 1f
    shl r15, 49
    or ecx, 298
    mov r8, rax
    shl rdi, 42
    mov r11, r15
    save rbx, r10
    mov r8, r14
    shl r11, 29
    call routine_8
    ret
    .balign 16
routine_167:
1:
    call routine_103
    call routine_96
    and rcx, [r14 + r13*2 + 247]
    movzx ecx, byte ptr [rbx + 3989]
    sbb ecx, 233
    mov [r8 + r8*2 + 82], r14
    mov [r8 + rbp*8 + 13], r11
    mov r13, [rsi - 58]
    or rdx, [rcx]
    test r11d, ebp
2:
    xor ebx, 10
    mov edi, 383155
    jb 1b
    mov rsi, rdx
    sub r10d, 134
    xor r15d, -242
    mov edx, 1031476
    add rdi, r13
    mov [rbx + r9*2 + 126], rdi
    lea r14, [rsi + 27]
3:
    mov eax, 34774
    mov ebx, 63712
    cmp r15d, 46
    call routine_161
    lea rsi, [rbx + 941]
    adc r15, rcx
    lea rax, [rbx + 570]
    mov r9d, 937165
    mov gs:[48], rax
    call routine_14
    ret
    .balign 16
routine_168:
1:
    call routine_160
    mov [rip + table], r8
    movzx edi, byte ptr [rdx]
    or ebp, 27
    test ebx, r8d
    js 1f
    mov rbx, rsi
    and r10d, -274
    save r13, rdi
    mov [rbp + rcx*8 + 59], r15
2:
    add rdx, [r10 + r13*4 + 229]
    call routine_6
    mov edx, 481726
    mov r12d, 283443
    mov [rdx - 26], rbx
    mov rcx, [r8 + 709]
    call routine_119
    save rcx, rcx
    mov rcx, [rax - 101]
    mov rbx, [rdx + rax*2 + 39]
3:
    call routine_131
    js 1b
    mov ebx, 326029
    save rbp, r8
    test ebx, r9d
    movzx r10d, byte ptr [r14]
    mov r9, [rcx + rdi*2 + 215]
    test r12d, r15d
    test r11d, r11d
    sub r13d, -159
    ret
    .balign 16
routine_169:
1:
    save r8, r9
    mov [rbx + r14*2 + 212], r15
    xor r11, [rax + 3974]
    movzx r9d, byte ptr [rsi + 150]
    movzx eax, byte ptr [r14 - 109]
    lea rcx, [rbp + 526]
    mov rdi, [rdx - 82]
    or r12, r13
    shl r13, 46
    add rdi, r14
2:
    sbb rdi, r12
    call routine_147
    jge 1b
    test r13d, eax
    or r12, [r8 + r12*8 + 182]
    mov [r14 - 70], r9
    movzx r14d, byte ptr [rip + table]
    or r15, r11
    lea rdi, [r14 + r10*4 + 180]
    mov rdi, rbp
3:
    call routine_103
    or r13, gs:[96]
    mov [rsi - 30], rsi
    mov r8, r10
    call routine_128
    mov edi, 1035945
    mov rcx, [r8 + 47]
    mov esi, 887490
    mov r10d, 762980
    cmp r11d, -134
    ret
    .balign 16
routine_170:
1:
    add rax, r12
    jge 1f
    call routine_154
    lea rbx, [rip + table]
    or esi, 191
    mov edx, 19722
    mov r12d, 392635
    mov rdx, [rax - 79]
    mov r15d, 500871
    movzx r11d, byte ptr [rip + table]
2:
    shl r11, 54
    shl rbx, 45
    mov r14, r9
    cmp r11, rdi
    lea r8, [rip + table]
    add rsi, [rcx]
    mov [rsi - 116], rbp
    mov r15d, 489914
    save rbp, r15
    mov r9, r13
3:
    mov [rip + table], r8
    call routine_124
    sub esi, 214
    sbb esi, 222
    test r10d, edi
    movzx r13d, byte ptr gs:[192]
    save r15, rbx
    mov r9, r8
    movzx r8d, byte ptr [rbx + rdx*8 + 144]
    mov [rip + table], rax
    ret
    .balign 16
routine_171:
1:
    call routine_67
    mov r15, rdx
    mov r8d, 378889
    sbb r8, [rdx - 26]
    jb 1b
    mov rbx, r13
    mov r10d, 86394
    xor r8, [rbp - 62]
    mov r12d, 207996
    save r8, r15
2:
    sub r14, [rdx - 84]
    save rbx, r14
    save r10, rdi
    je 1f
    or r11, [r9 + 112]
    mov esi, 996260
    mov gs:[232], rcx
    mov rbp, rbx
    mov r8, [rdi + rax*8 + 239]
    movzx r8d, byte ptr [rcx + 3870]
3:
    or r11, [r10]
    test edx, edx
    or r15, rsi
    movzx r14d, byte ptr [rip + table]
    lea rbp, [rbp + rsi*8 + 135]
    js 1f
    or rdx, [rcx + 4018]
    adc r9, [r13 + r13*1 + 227]
    lea r13, [r14 + rdx*1 + 3]
    test r9d, r11d
    ret
    .balign 16
routine_172:
1:
    xor r9, [rcx - 47]
    adc rsi, [rip + table]
    xor r12d, -165
    mov r11, r13
    movzx r14d, byte ptr [rcx + 270]
    mov gs:[192], rdx
    mov r12, r15
    mov r11d, 1031840
    shl r8, 23
    adc r8d, -52
2:
    cmp rax, r12
    cmp rcx, [r15 - 127]
    save r13, r8
    add rdx, [rbp + 170]
    mov rdi, [r13 + rbp*1 + 156]
    movzx r9d, byte ptr [r15 + rbp*8 + 108]
    call routine_13
    mov rbp, [r15 - 44]
    mov rdi, rdx
    movzx r12d, byte ptr [rip + table]
3:
    movzx r14d, byte ptr [r9 + r15*2 + 118]
    lea r12, [r10 + rax*2 + 172]
    test r10d, r12d
    mov r8d, 513291
    mov r13, [r9 + 826]
    movzx edx, byte ptr [r9 - 6]
    test r11d, edi
    mov eax, 631541
    adc r12d, -261
    shl rbp, 31
    ret
    .balign 16
routine_173:
1:
    mov eax, 562097
    save rcx, rax
    cmp r15d, -230
    test r15d, r14d
    movzx r14d, byte ptr [r11 + 3882]
    lea r10, [r15 - 1]
    save rbx, r9
    test eax, r11d
    lea rdx, [24]
    shl r15, 36
2:
    test r11d, ebx
    sbb r9d, -219
    mov r15, r15
    movzx r15d, byte ptr [rdi + 257]
    lea rbp, [rip + table]
    save r12, r9
    lea rdx, [rip + table]
    lea rsi, [r13 - 118]
    xor r15, [rip + table]
    and edx, -61
3:
    cmp rax, gs:[128]
    shl r12, 59
    mov eax, 119507
    xor r15d, -202
    movzx ecx, byte ptr [rbx + r12*8 + 110]
    test r12d, ebx
    mov rdx, rax
    mov rcx, gs:[216]
    test edx, ebx
    mov [r9 + 3782], rdi
    ret
    .balign 16
routine_174:
1:
    sub rcx, [r15 - 101]
    mov r14, [rip + table]
    or rcx, gs:[160]
    or rsi, r8
    save r15, rbp
    save r15, r13
    save r15, r12
    save rbx, r9
    add rax, rcx
    save r13, r15
2:
    jmp 1f
    mov r15, rbp
    mov r14d, 309494
    shl rbp, 26
    test r15d, r9d
    lea r12, [r10 + rax*2 + 176]
    jmp 1f
    mov rdi, r15
    mov [r8], rcx
    sub r9, r8
3:
    xor r11, [r14 + 686]
    test r10d, edx
    call routine_130
    test edi, edx
    mov r12, r12
    mov rdx, rsi
    mov [r8 + r9*2 + 19], rdx
    jae 1f
    shl r10, 5
    save rbx, rax
    ret
    .balign 16
routine_175:
1:
    save rbx, rsi
    shl r12, 6
    lea rbx, [rdx - 58]
    test r15d, esi
    sub r10, rsi
    shl r14, 27
    add ebp, 198
    mov r8d, 80152
    movzx r9d, byte ptr [rcx - 44]
    jae 1f
2:
    jl 1b
    shl rdi, 21
    shl rdi, 60
    mov rbp, [r14 + 902]
    movzx r15d, byte ptr [rdi]
    mov rax, [rip + table]
    save r8, r13
    call routine_71
    shl r15, 53
    save r13, rbx
3:
    or r11, rcx
    or r15, r12
    save rdx, rdx
    movzx r8d, byte ptr [rip + table]
    mov rax, r10
    mov rdi, [r8 + rax*8 + 251]
    shl r12, 48
    mov r12, rbx
    call routine_32
    test r14d, eax
    ret
    .balign 16
routine_176:
1:
    test ecx, ebp
    xor r9d, -255
    mov ecx, 498385
    movzx r9d, byte ptr [rcx - 88]
    mov r9d, 719316
    lea r13, [rip + table]
    sbb ecx, 200
    movzx ebx, byte ptr [rbp]
    mov rbx, r12
    shl r11, 56
2:
    and rbp, [rdi]
    shl r9, 37
    lea r15, [rip + table]
    call routine_103
    and rcx, rax
    js 1b
    save rdx, r9
    test r9d, r12d
    mov [r9 + 4053], rbp
    test ebx, r13d
3:
    mov r11, r12
    sub r8, [rip + table]
    mov r13d, 390970
    test edi, ebp
    cmp r12d, 283
    call routine_69
    mov ebp, 1020086
    mov [r10 - 86], rbp
    mov rdx, [rip + table]
    save r13, r11
    ret
    .balign 16
routine_177:
1:
    sub rdx, [r9 + 3661]
    movzx r15d, byte ptr [rcx - 18]
    call routine_9
    call routine_87
    mov [r10], r15
    mov gs:[16], r10
    movzx ebx, byte ptr [rip + table]
    movzx eax, byte ptr [rbp]
    mov r10, r12
    mov r14, [rsi + r13*8 + 99]
2:
    call routine_166
    mov r14, rbx
    mov rcx, [r12 + rcx*1 + 148]
    call routine_32
    movzx edx, byte ptr [rax - 11]
    shl rbx, 51
    save rax, r12
    sub r14, [rip + table]
    mov esi, 930962
    save rdi, r11
3:
    save r12, r11
    movzx r9d, byte ptr [rip + table]
    and r9, gs:[208]
    mov r11d, 567084
    mov [rax + r10*2 + 238], r11
    and rax, gs:[152]
    cmp eax, 29
    shl r10, 49
    mov rbp, r10
    and rbp, rbx
    ret
    .balign 16
routine_178:
1:
    save rdx, r13
    call routine_98
    lea r10, [r12]
    and esi, -18
    movzx r15d, byte ptr [rsi + 3777]
    mov [r13 + r13*1 + 72], rdx
    mov r8, r14
    test r14d, esi
    cmp r11d, -273
    add rcx, r14
2:
    add edi, 8
    sub rbp, r15
    sub ecx, -61
    mov eax, 658045
    mov r15, [rsi]
    shl r14, 15
    lea rsi, [r8 + rbp*2 + 237]
    test edx, edi
    sbb r9, r14
    or eax, 151
3:
    mov [r13], r15
    test r11d, edx
    lea rcx, [rbp - 32]
    call routine_140
    mov gs:[56], rsi
    lea rsi, [rip + table]
    save rsi, r15
    save r11, r15
    mov [r11 + r8*8 + 33], r15
    mov edi, 904945
    ret
    .balign 16
routine_179:
1:
    jae 1b
    call routine_108
    shl rbx, 20
    jb 1f
    or rax, [rip + table]
    shl r13, 47
    add r8, rbx
    and r10d, -292
    movzx edi, byte ptr [r11 - 85]
    movzx r10d, byte ptr [rdx + r15*4 + 199]
2:
    mov [r9 + 329], r12
    mov rbx, [r15]
    mov rcx, rbx
    mov rcx, [rsi + r10*4 + 118]
    add r10, r9
    test edx, r9d
    movzx edx, byte ptr [rsi + r8*2 + 89]
    shl r12, 39
    mov r11d, 991775
    movzx esi, byte ptr gs:[24]
3:
    cmp r13, rsi
    mov rbp, rbp
    mov r13, [r9 - 17]
    save rsi, rbx
    shl r15, 45
    sbb r14d, 19
    mov [rcx + 394], r15
    mov r9, [rcx + 3952]
    lea r10, [rbp - 106]
    jb 1f
    ret
    .balign 16
routine_180:
1:
    cmp edx, -38
    mov r12, r14
    test ecx, r9d
    mov [rbx + rbp*1 + 191], rdx
    cmp r11d, -9
    shl rdi, 44
    mov r15, rcx
    test r9d, r12d
    mov [r11 - 34], r12
    adc r11, [rip + table]
2:
    movzx r10d, byte ptr [r13]
    shl rsi, 3
    mov [rdx + r8*8 + 79], r11
    lea r8, [rsi]
    shl rax, 46
    mov [rcx - 5], rax
    mov eax, 96867
    mov [rip + table], r11
    shl r10, 20
    xor r10, [r10]
3:
    call routine_122
    mov [rbp], r8
    test esi, r10d
    sub r9, rbx
    call routine_38
    test r10d, eax
    lea rsi, [rip + table]
    movzx r9d, byte ptr [r10]
    or rax, rbp
    mov esi, 669697
    ret
    .balign 16
routine_181:
1:
    jge 1f
    test r9d, r9d
    call routine_181
    mov r8, [r11 + 3984]
    lea r8, [r11 + r9*8 + 9]
    mov r13d, 792983
    xor rbp, rbx
    sub r9d, 248
    shl rbx, 20
    call routine_39
2:
    call routine_126
    movzx r13d, byte ptr [r10 + r8*1 + 11]
    lea r12, [rbx + rdi*1 + 156]
    mov [r8 + r10*2 + 36], rbx
    xor r15, [r8 - 21]
    mov rbp, [r12 + r13*2 + 70]
    mov [rbx + rax*8 + 210], r12
    shl r9, 35
    movzx eax, byte ptr gs:[64]
    test edi, r13d
3:
    sbb r8d, 69
    mov rsi, rdx
    mov rdi, r9
    movzx r12d, byte ptr [rdx]
    adc ebx, -225
    jne 1b
    cmp rcx, [rdi + 4068]
    movzx ebx, byte ptr [rcx + rbp*1 + 75]
    lea r12, [rip + table]
    test ecx, r14d
    ret
    .balign 16
routine_182:
1:
    test esi, ecx
    mov [r13 + 3810], r10
    movzx ebp, byte ptr [r10]
    mov rdx, r10
    mov [r12 - 7], r12
    test edi, ebx
    xor rdx, [r13 + r8*2 + 102]
    mov r10, r11
    mov rcx, rdi
    mov rbx, r11
2:
    movzx ebx, byte ptr [rip + table]
    movzx edx, byte ptr [r9]
    add rbp, r15
    call routine_154
    mov r8d, 480386
    jae 1b
    test r14d, esi
    mov edi, 738163
    sub r10, [r9 - 10]
    lea rbp, [rip + table]
3:
    adc r14d, 255
    mov r15d, 145884
    adc r9, [rip + table]
    xor rbx, rdx
    movzx r13d, byte ptr [r12 + 3644]
    or r15d, 39
    save r13, r14
    call routine_76
    mov rbx, [r12 + r12*2 + 230]
    shl r13, 48
    ret
    .balign 16
routine_183:
1:
    sub r15, [r13 + 385]
    test r14d, eax
    mov eax, 109212
    and r10, [rip + table]
    call routine_98
    save r11, r15
    mov r10, r11
    shl r14, 57
    js 1b
    lea r11, [rip + table]
2:
    add r11, rcx
    jne 1f
    jae 1f
    and r11, rax
    test eax, r11d
    mov rdi, gs:[8]
    mov rcx, rax
    shl r8, 32
    add r14d, 124
    mov r10d, 420676
3:
    jae 1f
    shl r11, 28
    mov [r11 + 3752], r14
    mov r13, rbp
    call routine_173
    jne 1f
    test edx, r9d
    call routine_6
    call routine_154
    add r14, [rsi]
    ret
    .balign 16
routine_184:
1:
    shl r11, 47
    shl r10, 15
    or r8, gs:[176]
    lea r12, [r14 + rax*2 + 240]
    mov rbx, [rdi - 55]
    lea r14, [rip + table]
    shl rcx, 17
    jmp 1f
    mov rsi, rbp
    save rbp, rdi
2:
    je 1b
    call routine_125
    mov rax, [rsi]
    mov rbp, r13
    and rdi, [r8]
    mov rcx, [rbp + rsi*2 + 246]
    lea r12, [rdx + 739]
    cmp r11d, -119
    lea rbx, [56]
    mov [rdx - 52], rsi
3:
    mov rbx, [rsi + r14*1 + 159]
    shl r8, 1
    mov rdi, rax
    mov r12, [rbp + r8*2 + 107]
    mov [r12 + 923], rax
    mov ebp, 407951
    mov r13, [rbx + r8*4 + 24]
    test r10d, r13d
    and rbx, rsi
    mov [r10 + rcx*4 + 93], rbx
    ret
    .balign 16
routine_185:
1:
    mov [r8 + rsi*2 + 252], rbp
    save rcx, r8
    call routine_18
    save rdx, r10
    add rdi, rcx
    mov [rip + table], rax
    add r12, [r12]
    call routine_33
    mov r15, r8
    call routine_4
2:
    test r15d, ebx
    mov ebx, 566270
    mov r13, gs:[216]
    cmp r9, r12
    mov r13d, 326815
    test r14d, r14d
    mov r8, r11
    sub r15, r10
    mov r13, rbp
    adc r13, [r9 - 104]
3:
    mov edx, 97011
    lea r8, [r10 + r15*8 + 136]
    test edx, esi
    shl rdi, 59
    save r8, r14
    mov rdi, r15
    test r14d, r15d
    adc r10, [rax + 462]
    mov rbx, rax
    lea r13, [rcx]
    ret
    .balign 16
routine_186:
1:
    movzx r14d, byte ptr gs:[16]
    mov rax, r11
    mov rsi, rcx
    movzx ebp, byte ptr [rdx]
    adc esi, -207
    movzx r9d, byte ptr [rax + r13*4 + 46]
    xor rdx, gs:[56]
    add ebx, 120
    sub rax, rbx
    mov rax, [r11]
2:
    mov r9, r15
    mov r13d, 826822
    lea rbp, [rdi]
    mov r8d, 1013875
    save rcx, r10
    movzx r9d, byte ptr [rip + table]
    and r11, [r13 + 243]
    movzx esi, byte ptr [rip + table]
    mov r10d, 899795
    mov r9d, 51042
3:
    lea rcx, [rdx + 254]
    mov [rip + table], r9
    mov rbx, r10
    mov r13, rsi
    mov [rcx + rdi*2 + 146], rdx
    movzx r8d, byte ptr gs:[96]
    mov r8d, 357487
    movzx r14d, byte ptr [r14 + r10*8 + 36]
    call routine_84
    or r9, [rip + table]
    ret
    .balign 16
routine_187:
1:
    adc rbp, rdx
    save r9, rbx
    jne 1f
    test r9d, r12d
    save r8, rsi
    call routine_96
    movzx ebx, byte ptr [r12]
    movzx ebp, byte ptr [rdi + r11*4 + 60]
    movzx ebx, byte ptr gs:[24]
    lea r14, [rip + table]
2:
    sub r15, [rax + rdi*8 + 29]
    mov [rbp + 815], r9
    shl r14, 62
    sbb rcx, rdi
    mov rdi, [r11 - 24]
    and r12, rbx
    mov eax, 147828
    shl rbx, 30
    cmp r14d, 99
    shl r14, 13
3:
    mov r13d, 228553
    sbb r15, [rip + table]
    movzx eax, byte ptr [r10 + rsi*2 + 147]
    sbb r10, r12
    call routine_176
    call routine_87
    js 1f
    mov rdi, rsi
    mov rsi, [r9]
    call routine_149
    ret
    .balign 16
routine_188:
1:
    mov ebx, 809490
    cmp rdx, r12
    mov [r13 + 819], r12
    movzx ebx, byte ptr [rbx + 970]
    and ebp, 187
    shl rbx, 24
    jge 1f
    lea r9, [r10 + r10*2 + 158]
    mov rbx, [rcx + rsi*4 + 7]
    sbb rdi, r10
2:
    lea r12, [rbp - 62]
    shl rbx, 29
    movzx r8d, byte ptr gs:[240]
    mov r10d, 769794
    movzx r8d, byte ptr [rcx + rdi*2 + 179]
    save rbp, rax
    test r11d, ebp
    mov [r8], rax
    mov rdi, r10
    mov edi, 789825
3:
    mov [r10 - 112], rbx
    lea rbx, [72]
    sub eax, 160
    call routine_24
    save r14, rdi
    call routine_126
    add rdx, gs:[168]
    call routine_67
    test ebx, r13d
    mov r9, [rip + table]
    ret
    .balign 16
routine_189:
1:
    movzx r11d, byte ptr [rip + table]
    js 1b
    mov [r10 + r8*2 + 249], r14
    test esi, edi
    call routine_92
    xor r15, rax
    jge 1f
    mov r8, [r13]
    lea rdi, [152]
    or ecx, -238
2:
    save rbp, rsi
    add rbp, gs:[48]
    shl r12, 38
    jmp 1f
    movzx r15d, byte ptr gs:[136]
    save r11, r12
    movzx r15d, byte ptr [rdx + r11*1 + 63]
    movzx ecx, byte ptr [rbp + 948]
    mov r9, rax
    mov r13, r11
3:
    lea r13, [r11 + rbp*2 + 71]
    movzx esi, byte ptr [rbp - 101]
    shl r8, 20
    call routine_59
    xor r9d, 277
    movzx esi, byte ptr [rip + table]
    mov gs:[144], r14
    shl rbp, 4
    test esi, r11d
    mov rbp, [rax]
    ret
    .balign 16
routine_190:
1:
    lea r12, [rsi - 14]
    mov r12, [r14]
    mov gs:[232], r11
    movzx r15d, byte ptr [rip + table]
    sbb edx, -191
    save rbp, r14
    movzx r14d, byte ptr [r8 - 60]
    save r14, r10
    movzx esi, byte ptr [r10 + 86]
    call routine_66
2:
    je 1f
    lea rcx, [r14 + 552]
    movzx r10d, byte ptr [r13 + r14*8 + 183]
    test r9d, r12d
    call routine_83
    lea r14, [rbx]
    or r8d, -46
    or r8, r13
    shl r11, 58
    jl 1b
3:
    mov r8d, 691271
    xor r8, r10
    mov rax, [r15 + rcx*8 + 101]
    call routine_19
    and ecx, 50
    mov [rip + table], rdx
    or rcx, r15
    mov r13, [rip + table]
    movzx ebx, byte ptr [rip + table]
    or rax, rbp
    ret
    .balign 16
routine_191:
1:
    mov r15d, 232190
    movzx edi, byte ptr [r14]
    test r15d, r14d
    call routine_70
    mov r14d, 560278
    mov gs:[24], r8
    adc r11, [rip + table]
    test r15d, ebp
    save r8, rbp
    jge 1b
2:
    sbb rcx, [rip + table]
    lea rax, [rbp]
    mov r14, [r11 + 3765]
    mov [r9 + 4021], rcx
    lea r14, [rip + table]
    movzx ecx, byte ptr [rsi + r9*1 + 66]
    movzx r13d, byte ptr [rip + table]
    shl rbx, 47
    call routine_33
    mov r8d, 472080
3:
    xor r8, [rip + table]
    shl rdi, 17
    save r12, r12
    mov r13d, 808831
    mov rbp, [rax + r12*2 + 62]
    mov rbp, [r15 + 3754]
    lea rbp, [r12]
    xor rdi, rbx
    mov [r13 + r14*2 + 77], rdx
    lea r15, [r15]
    ret
    .balign 16
routine_192:
1:
    jmp 1f
    lea r9, [80]
    mov r10d, 511414
    lea rcx, [r14]
    mov r9, r9
    movzx esi, byte ptr [r13 - 27]
    call routine_80
    and rbx, r11
    cmp rbp, gs:[144]
    cmp r12, r9
2:
    movzx ecx, byte ptr [r15 + 4001]
    sub rax, rbp
    adc r11d, 297
    shl r13, 58
    cmp r12, [r14]
    mov r15, [r9]
    sbb r13, [r15 - 125]
    and edi, 119
    test ecx, eax
    test edx, r13d
3:
    mov r15d, 605108
    movzx eax, byte ptr [r15 + 240]
    movzx ebp, byte ptr [rip + table]
    call routine_107
    adc r8d, -5
    mov edi, 460409
    mov r11d, 501623
    mov gs:[96], r15
    mov [rip + table], rbp
    sub ebx, 96
    ret
    .balign 16
routine_193:
1:
    lea r15, [rax]
    test edx, r9d
    test ebp, ebp
    movzx r11d, byte ptr [rdi + rbx*1 + 213]
    mov r11d, 484059
    xor r14d, -38
    mov rbp, r11
    xor r15d, -136
    sbb rbp, rdx
    call routine_161
2:
    mov rcx, rbp
    save r9, rcx
    test edi, esi
    call routine_129
    shl rbp, 34
    or rdx, r13
    call routine_184
    sbb r13, r8
    mov [r10 + r11*8 + 23], r9
    mov [rip + table], rax
3:
    lea r15, [rsi - 18]
    save rsi, r9
    and rbp, [r9 + 172]
    mov ecx, 538072
    shl r15, 19
    jne 1b
    jb 1f
    mov r8, [r15 + 4]
    shl rbp, 35
    mov eax, 702806
    ret
    .balign 16
routine_194:
1:
    save r11, rcx
    call routine_184
    mov [rax - 70], r12
    mov [rbx + 452], rax
    or r11, [r10 - 52]
    mov r15d, 525131
    adc rdi, rax
    movzx ebx, byte ptr gs:[80]
    sub rbx, [r9 + 3677]
    test ebx, r15d
2:
    save r8, r10
    lea r15, [r14 + 123]
    save r10, rsi
    mov rcx, [r13 - 18]
    and r11d, 265
    xor rax, rsi
    mov r15, r10
    save r8, r14
    xor rdi, [rip + table]
    sub r14d, 118
3:
    shl rcx, 14
    call routine_80
    test ecx, edx
    call routine_161
    sbb rbx, [r8 + 3627]
    and rsi, rdi
    mov gs:[224], rsi
    and rax, [rip + table]
    call routine_104
    shl r15, 38
    ret
    .balign 16
routine_195:
1:
    mov r15, [rip + table]
    mov r11d, 715173
    call routine_170
    jge 1f
    sbb r14d, 227
    mov [rsi + 41], r12
    mov [rsi], r15
    mov rsi, r10
    mov r9d, 538909
    shl rsi, 31
2:
    xor r9, r8
    jge 1b
    mov rsi, [r15 + 3776]
    movzx edi, byte ptr [rbp + rbx*8 + 198]
    movzx r8d, byte ptr [r12]
    save r13, r14
    mov rbp, [rip + table]
    adc rdx, [rbx]
    movzx r9d, byte ptr [rip + table]
    shl r11, 24
3:
    movzx r13d, byte ptr [r8 - 72]
    mov esi, 683952
    call routine_154
    cmp r11, rax
    test r11d, r8d
    and r13, [r10]
    shl rcx, 49
    call routine_40
    adc r13, [rip + table]
    mov r11, [rip + table]
    ret
    .balign 16
routine_196:
1:
    lea rdi, [rdx + 148]
    call routine_59
    test r10d, r15d
    lea r10, [r9 - 64]
    and r12d, 68
    shl r13, 21
    mov [rip + table], r9
    test esi, esi
    mov gs:[104], rsi
    xor edx, -85
2:
    mov r8d, 724950
    cmp rcx, rsi
    movzx eax, byte ptr [r15 + 226]
    call routine_56
    call routine_14
    movzx edx, byte ptr gs:[248]
    mov r9, [rip + table]
    call routine_141
    mov r15, r15
    test ebp, r13d
3:
    mov r12, r12
    movzx edi, byte ptr [r15 + 3878]
    lea rax, [r9 + 219]
    cmp r10, r10
    movzx ebp, byte ptr [r15 + rsi*1 + 108]
    mov [rbp + 3722], rax
    shl rcx, 44
    movzx edx, byte ptr gs:[184]
    or esi, -130
    call routine_165
    ret
    .balign 16
routine_197:
1:
    mov [rbp + 3716], rbp
    movzx esi, byte ptr [r12 + rbx*4 + 126]
    mov ecx, 58693
    mov edx, 572840
    cmp rbp, rax
    mov rdi, r14
    save rbx, r11
    mov r11, rcx
    xor rsi, r8
    test r14d, r14d
2:
    shl r14, 20
    shl rcx, 44
    test r11d, eax
    sub r10, [rip + table]
    jb 1b
    movzx edi, byte ptr [rip + table]
    mov [r10 + 928], r13
    save r12, r9
    xor r12, [rbp + rcx*2 + 189]
    mov r9, rdx
3:
    save rdi, rdi
    mov edi, 825000
    mov edx, 700112
    shl r13, 52
    lea rdx, [r12 + rsi*1 + 130]
    lea rbp, [rcx + rdx*1 + 69]
    save r14, rdx
    lea rcx, [rip + table]
    call routine_122
    mov r14d, 675136
    ret
    .balign 16
routine_198:
1:
    movzx eax, byte ptr [r13 - 110]
    mov r14d, 409127
    test edx, r10d
    shl rdx, 31
    mov [r12 + r9*2 + 123], rbx
    call routine_173
    save rbx, rdi
    jge 1f
    mov [r15], rax
    call routine_6
2:
    mov gs:[232], rdi
    mov edx, 22519
    add rdx, [rbx - 45]
    mov eax, 281394
    test esi, eax
    save rbp, r9
    mov [rip + table], rbx
    or r11, r14
    movzx r10d, byte ptr [rip + table]
    je 1b
3:
    mov rsi, r10
    save rcx, r12
    or r10d, -25
    mov r8, [rax + 283]
    movzx ebx, byte ptr [rsi + 980]
    sub r8, rdi
    mov r8d, 740767
    shl rdi, 3
    mov rbp, rsi
    xor rbx, [r15 + r12*4 + 229]
    ret
    .balign 16
routine_199:
1:
    and ebp, -146
    mov rax, [rdx + rax*2 + 46]
    mov r10d, 1046481
    adc rdx, [rbx]
    mov rcx, r14
    mov eax, 854822
    shl rdi, 14
    mov r14, rsi
    mov rax, rdx
    movzx edx, byte ptr [r14]
2:
    call routine_131
    mov r13, [r9 + 613]
    add rbx, [r9]
    movzx eax, byte ptr [rbp - 49]
    cmp rax, [r14 - 100]
    lea r9, [rsi + 837]
    sub rdi, r14
    lea r9, [168]
    call routine_88
    test ecx, edi
3:
    adc r10, rsi
    sub edi, -295
    mov gs:[136], rcx
    call routine_180
    shl rbx, 15
    mov r12d, 1043512
    mov [r10 - 115], r8
    test r12d, eax
    mov r9, rbp
    jmp 1f
    ret
    .balign 16
routine_200:
1:
    adc rbx, gs:[72]
    movzx ebp, byte ptr [rdx]
    mov ebx, 504095
    shl r9, 14
    lea r12, [r15 - 80]
    test ebx, r8d
    save rbp, r11
    lea rdi, [r8 + rsi*4 + 210]
    test edx, edi
    test edi, edx
2:
    sbb r13, r9
    test edx, r9d
    jb 1b
    xor rdx, r10
    lea rdx, [152]
    mov r12, rcx
    sub r13d, -14
    or rsi, [r9 - 87]
    jne 1b
    movzx r15d, byte ptr [r10 - 113]
3:
    mov rax, [r13]
    sbb rdx, rsi
    or r8, [rax - 111]
    call routine_48
    jne 1b
    mov [r8], rax
    mov r13, r14
    and r15, gs:[144]
    shl r11, 39
    mov [r13 + rsi*8 + 8], r8
    ret
    .balign 16
routine_201:
1:
    call routine_140
    movzx r13d, byte ptr [rax - 40]
    call routine_107
    mov r15, r9
    cmp rdx, rdi
    mov r12, r11
    shl rax, 49
    jne 1b
    mov r8, [r12 + r15*4 + 248]
    jl 1b
2:
    cmp rdi, [rbp - 77]
    save rsi, rcx
    movzx r9d, byte ptr [r13 + r8*4 + 235]
    shl rbx, 14
    mov ebx, 581752
    shl rsi, 24
    shl r9, 39
    or rax, [r14 - 56]
    mov ebx, 775844
    mov ebx, 818957
3:
    je 1f
    mov eax, 174837
    mov gs:[168], rax
    sub r8, [rbx - 117]
    mov [r8 - 72], rdi
    shl r13, 58
    mov [rip + table], r13
    sub r12, [rsi + 3777]
    mov [rsi + 780], r8
    mov r9, rdi
    ret
    .balign 16
routine_202:
1:
    call routine_85
    mov r14, [rip + table]
    lea r13, [r8 + 727]
    mov [r11 - 3], r8
    test r11d, r11d
    test eax, eax
    mov rdi, [rsi]
    mov [rbx - 88], r8
    call routine_79
    call routine_74
2:
    sbb r12, rbx
    mov rdi, [r11 + 3940]
    shl r12, 62
    call routine_91
    mov [rip + table], r10
    shl r11, 21
    test r12d, r8d
    or edi, 167
    call routine_127
    movzx eax, byte ptr [rdx + 489]
3:
    save r15, r12
    sbb r10, rcx
    mov r9d, 808862
    shl r9, 62
    and esi, -280
    save rbx, rbx
    mov r15, r10
    mov [rax - 90], r11
    shl rsi, 20
    mov eax, 346591
    ret
    .balign 16
routine_203:
1:
    mov r11, [rcx + rsi*8 + 104]
    jae 1b
    xor esi, -102
    mov rsi, r11
    mov r8, [rsi + 3791]
    sbb rcx, r8
    cmp rbx, r10
    mov [rdi + rsi*4 + 93], r10
    movzx r12d, byte ptr [r15 + 745]
    jb 1b
2:
    jae 1f
    test esi, r10d
    test r13d, r9d
    sbb rdx, rax
    save r11, rdx
    xor rdi, rdi
    mov eax, 928640
    call routine_125
    test r8d, r13d
    shl rdi, 46
3:
    and r9d, 27
    or eax, 71
    shl r10, 58
    mov r9d, 339757
    mov [r9 - 66], rcx
    mov rcx, [rsi + 3880]
    add ebp, -22
    save rbx, r10
    xor r8, [rsi]
    shl r12, 51
    ret
    .balign 16
routine_204:
1:
    mov r10, r9
    movzx r10d, byte ptr [rbx + r14*2 + 235]
    mov r11, r14
    cmp r10, r12
    mov rbx, rax
    jmp 1f
    adc r8, r11
    shl rdx, 19
    mov [rbp - 107], rcx
    mov r8, [r9]
2:
    mov r8, rsi
    test r10d, edx
    test edi, esi
    mov r10d, 10516
    call routine_156
    shl r14, 16
    cmp rdx, [rip + table]
    mov rbp, [r14 - 102]
    test r12d, r10d
    lea r12, [r12]
3:
    js 1f
    save r14, rsi
    shl rsi, 37
    movzx r14d, byte ptr [r11 - 69]
    mov r10, [r11 - 87]
    mov rdi, r12
    call routine_9
    jge 1b
    mov rbx, [rcx - 125]
    jmp 1f
    ret
    .balign 16
routine_205:
1:
    jl 1f
    movzx edi, byte ptr gs:[120]
    save rdx, r15
    shl rbp, 29
    cmp rsi, [rip + table]
    save rdx, r8
    lea rcx, [rip + table]
    call routine_57
    sub eax, -193
    save rdx, rdx
2:
    mov rbp, gs:[232]
    call routine_22
    mov rbx, r12
    save rdx, r15
    call routine_142
    je 1b
    mov r13, [rdx]
    save rbx, rsi
    cmp r11, r13
    shl rdx, 46
3:
    mov [rdi + 120], r10
    lea rdi, [r13 - 0]
    call routine_176
    mov r9d, 427100
    mov r8d, 656882
    je 1f
    test r8d, ecx
    lea r9, [rdi]
    call routine_176
    mov r14d, 462838
    ret
    .balign 16
routine_206:
1:
    xor rbp, r12
    sbb r10d, 245
    shl r8, 50
    jb 1b
    mov r15d, 243784
    shl r8, 47
    test r8d, ebp
    mov r9, gs:[80]
    lea r9, [rdi]
    mov r8, gs:[112]
2:
    shl rax, 53
    mov [rdx + 185], rax
    add r14, rcx
    lea rcx, [rsi - 47]
    adc ebx, -140
    save r15, r15
    or rsi, [r13 + 3638]
    adc rbp, rcx
    adc r12, r11
    jl 1f
3:
    movzx edx, byte ptr [rdi - 85]
    mov r15, r13
    call routine_56
    movzx edx, byte ptr [rdx + 771]
    sub r15d, -16
    save r10, r9
    sub r12d, 36
    mov r13, r15
    adc r15, rsi
    mov r15, r10
    ret
    .balign 16
routine_207:
1:
    mov [rip + table], r12
    js 1f
    call routine_87
    jb 1f
    movzx r12d, byte ptr [rip + table]
    sbb rbx, gs:[32]
    mov rcx, rbp
    mov r9, r9
    call routine_28
    cmp ecx, 42
2:
    mov [rcx], rsi
    shl rdx, 8
    sub r10, rsi
    save rdx, r15
    mov rdi, r9
    shl r10, 12
    test ebp, ebp
    mov [r8 + r8*2 + 179], r10
    mov r12, rdi
    mov [r13], rcx
3:
    mov edi, 726667
    jl 1f
    mov r14, [r13 - 86]
    jne 1f
    sbb rcx, [r9]
    mov [r8], r9
    sub r8, [rip + table]
    or r13d, -116
    test r9d, r8d
    movzx ecx, byte ptr [r8 - 40]
    ret
    .balign 16
routine_208:
1:
    sub ebx, 117
    mov r10d, 730838
    mov [rbp + r8*4 + 21], rax
    cmp rax, gs:[64]
    movzx r12d, byte ptr gs:[8]
    mov [r13 + 290], r9
    mov r10, rcx
    mov r15, r10
    mov r11, rdx
    shl r13, 10
2:
    lea rsi, [r12 - 78]
    movzx r15d, byte ptr [r10 - 127]
    mov [r11], r14
    xor r10, r9
    movzx r15d, byte ptr [rbx + 390]
    mov gs:[32], rdx
    mov ecx, 1034887
    mov [rdx], rcx
    shl rcx, 22
    shl rbp, 7
3:
    mov r8d, 971369
    sub ebp, 231
    sub rdx, [rdi + r12*1 + 222]
    and r12, [rcx + 732]
    sbb ebp, 101
    cmp ecx, 162
    mov r14, rcx
    mov r8, rdx
    shl rdi, 37
    save rbp, r11
    ret
    .balign 16
routine_209:
1:
    or rax, gs:[72]
    mov rbp, r15
    mov rbx, [rdx + 993]
    shl rdx, 20
    mov [rbx - 93], r13
    mov rax, [rdi + 268]
    mov rbx, r10
    sbb r9d, -105
    sbb rax, rcx
    mov gs:[192], r10
2:
    mov rcx, r15
    movzx edx, byte ptr [r8 + rax*2 + 215]
    mov r14, rsi
    shl rbx, 7
    call routine_70
    mov r9d, 694495
    save rbp, rbx
    save r15, r10
    sbb ecx, -295
    adc rdi, r11
3:
    mov r10d, 413690
    movzx r12d, byte ptr [r15]
    save r12, rdx
    mov rax, [rbp + rbp*2 + 197]
    lea rdx, [rbx - 48]
    save r14, r9
    shl r15, 12
    mov rcx, [r15]
    mov rdi, r8
    and r13d, 224
    ret
    .balign 16
routine_210:
1:
    lea rbp, [rsi + 595]
    mov r14, rdi
    sub r11, rbx
    add rcx, [rip + table]
    add rbx, rbp
    call routine_2
    mov esi, 637177
    lea rcx, [rbx]
    movzx ecx, byte ptr [r9 + r12*2 + 242]
    sub r10d, 244
2:
    mov r13, r10
    shl r13, 39
    mov [r13], rdi
    call routine_181
    lea r10, [rbx + 674]
    sub edi, 208
    shl r13, 49
    cmp r12d, 153
    mov r8, [r9 - 43]
    movzx r14d, byte ptr [r11]
3:
    or ebp, -10
    test ebx, r13d
    mov r8, [rdx + 810]
    movzx esi, byte ptr [rcx + 3749]
    lea r12, [208]
    js 1b
    xor rdi, [r12 + 800]
    mov r11, r15
    add r13, gs:[40]
    sub ecx, 155
    ret
    .balign 16
routine_211:
1:
    sub r10d, -232
    jge 1b
    jl 1b
    mov r13, r13
    mov r11, [rip + table]
    mov r9, [rax + r9*4 + 107]
    lea r14, [r13]
    xor r13, [rbp]
    mov r14, [rax - 51]
    mov r13d, 1008096
2:
    xor rcx, r12
    save r11, rax
    jl 1f
    mov r12, r9
    or rbp, r10
    add r9, [rip + table]
    shl r10, 14
    lea r9, [r10 + 3850]
    lea r12, [rip + table]
    test r12d, esi
3:
    mov r13, rbp
    sbb esi, 215
    movzx edi, byte ptr gs:[240]
    call routine_35
    mov [r11 + r15*1 + 11], rbp
    save r15, rdx
    mov r14d, 922545
    movzx r13d, byte ptr gs:[96]
    movzx ebp, byte ptr [r9 + 3884]
    jmp 1f
    ret
    .balign 16
routine_212:
1:
    movzx edi, byte ptr [r10 + 4034]
    movzx ebx, byte ptr [r12 + 35]
    shl rsi, 48
    movzx r14d, byte ptr gs:[224]
    sbb rbp, [rbp + rdx*2 + 87]
    sbb r9d, -220
    test r9d, edi
    mov edi, 917255
    call routine_152
    and r9, r14
2:
    cmp r12d, -127
    mov r13, [rdx - 93]
    test edx, r13d
    jae 1f
    mov r15d, 579343
    mov r12d, 268503
    and r10, [r9 + rdi*1 + 177]
    test r15d, r14d
    shl r12, 55
    shl r9, 46
3:
    mov rbp, gs:[80]
    mov r9, r8
    save rcx, r10
    save rax, rcx
    test r15d, r15d
    mov r10, rbx
    call routine_164
    movzx edi, byte ptr [r14]
    movzx r11d, byte ptr [r12 + 3745]
    call routine_197
    ret
    .balign 16
routine_213:
1:
    mov ebx, 1009804
    save rax, rdi
    lea rdx, [240]
    shl r10, 29
    call routine_15
    lea r12, [rax + r11*4 + 181]
    movzx r9d, byte ptr gs:[0]
    mov rcx, rdi
    call routine_31
    lea rcx, [96]
2:
    sub r9d, 184
    call routine_170
    shl rdi, 9
    add rsi, rdx
    shl r14, 10
    mov rdi, gs:[120]
    mov r8, r12
    movzx ebp, byte ptr [rbp + r10*4 + 52]
    mov r14, [r14 + r8*1 + 250]
    test esi, r15d
3:
    jne 1f
    lea r12, [r13 + 206]
    mov rcx, [r14 + r15*2 + 66]
    mov r11, [rbx - 28]
    mov r11, rbx
    or r15d, 211
    movzx eax, byte ptr [rip + table]
    mov rdx, r15
    mov rbx, gs:[168]
    call routine_81
    ret
    .balign 16
routine_214:
1:
    mov r15, [rbp + rcx*8 + 186]
    lea r9, [rcx + 953]
    shl r11, 33
    cmp edx, 142
    add r15, r15
    mov rdi, [rip + table]
    shl rdi, 6
    mov rdx, [rbx]
    and eax, 202
    lea rdi, [r12 + r12*8 + 17]
2:
    mov r10, rcx
    lea r15, [224]
    sbb rbx, [r9 + 3820]
    shl rbp, 26
    or r10d, 27
    mov [rbx - 119], rbx
    mov [r12 + 676], rbp
    lea rdx, [rip + table]
    or edi, 149
    mov r9d, 890765
3:
    jmp 1b
    movzx eax, byte ptr [r12]
    movzx r8d, byte ptr [rdi + r13*1 + 154]
    movzx edx, byte ptr [rip + table]
    save r12, rax
    mov eax, 295094
    adc r9, rax
    mov gs:[24], r9
    lea r8, [r12 + rdi*8 + 199]
    mov [r9 - 115], r12
    ret
    .balign 16
routine_215:
1:
    mov rax, [r14]
    jne 1f
    save rbp, r15
    sbb rcx, r11
    or r15, r10
    test esi, r8d
    shl rbp, 27
    and rsi, r10
    call routine_35
    test r11d, edi
2:
    mov [r11], rdx
    mov r12, [r10]
    jmp 1b
    lea r12, [rip + table]
    adc ebx, 209
    shl rax, 47
    call routine_134
    or r10d, 74
    shl r11, 55
    save r11, rdx
3:
    and r13d, 149
    shl r12, 15
    cmp r10d, 168
    call routine_164
    test r8d, esi
    mov r10d, 356962
    mov r10, gs:[240]
    test r14d, r10d
    movzx edx, byte ptr [r10 - 125]
    mov r8, r10
    ret
    .balign 16
routine_216:
1:
    and edi, -293
    jb 1f
    sbb r10d, -34
    mov r11d, 430938
    mov rbx, r10
    movzx ebp, byte ptr [r9 - 123]
    save rbp, r10
    shl r10, 35
    or r10d, 245
    lea rcx, [r9 + rsi*2 + 128]
2:
    mov r14, r15
    lea rcx, [r14 + rbx*1 + 28]
    test r8d, eax
    mov edi, 322892
    shl r8, 51
    mov esi, 824803
    movzx r10d, byte ptr [r13]
    and rbp, r11
    test eax, r14d
    jge 1b
3:
    and r13, [rsi]
    add rdi, rbx
    mov esi, 84136
    xor rcx, [r13]
    sub r13, rcx
    mov [rdx - 67], rdi
    xor rsi, r9
    jae 1b
    mov [rip + table], r11
    mov r12d, 199117
    ret
    .balign 16
routine_217:
1:
    call routine_91
    mov rbp, [r12]
    add rsi, [rip + table]
    shl rcx, 50
    xor r13, rdi
    lea rdx, [rbx + r14*2 + 173]
    save r15, rbx
    test r11d, ecx
    mov r9, r11
    call routine_160
2:
    add rsi, gs:[232]
    test ebp, r13d
    or esi, -107
    or r11d, 160
    mov r10, rsi
    movzx edx, byte ptr [r11 + 482]
    sbb r14d, 27
    mov ebx, 710474
    shl rdi, 11
    save r9, rdi
3:
    lea rbx, [r15 + 3680]
    sub r9d, 60
    adc rcx, r11
    jl 1f
    mov r12, r8
    lea rcx, [168]
    cmp r13d, -204
    save rbp, rcx
    shl rax, 58
    call routine_145
    ret
    .balign 16
routine_218:
1:
    mov [rip + table], r9
    shl r8, 36
    test esi, ecx
    mov [r11 + rbx*1 + 98], rbx
    test r12d, ebx
    or r8, [r8]
    mov [rip + table], r11
    cmp rcx, [rsi]
    test eax, ecx
    movzx ebp, byte ptr [r14 - 18]
2:
    lea r12, [rip + table]
    mov r13, r11
    jae 1f
    mov ecx, 425938
    je 1b
    mov r9, [rip + table]
    call routine_99
    mov r8, r9
    mov [rip + table], rcx
    lea rdi, [rsi + 3868]
3:
    sub r9, [r15]
    shl rdi, 11
    movzx ecx, byte ptr [rip + table]
    call routine_75
    or rdi, rax
    test r8d, r13d
    call routine_107
    test r15d, ebx
    test r8d, ebp
    mov rcx, r8
    ret
    .balign 16
routine_219:
1:
    shl r9, 56
    mov rdi, gs:[112]
    mov [rip + table], r13
    test r8d, r14d
    mov r13d, 782861
    test esi, eax
    lea r9, [rdi - 41]
    mov r10d, 916926
    mov edx, 237517
    mov [r9 + 3624], r11
2:
    mov [r9 - 32], r15
    call routine_80
    mov r12, [r14 - 87]
    call routine_147
    mov rbx, [r15]
    mov rbp, r13
    lea rdx, [32]
    mov eax, 308338
    adc r11, r14
    shl rbp, 7
3:
    sub r9d, -292
    call routine_55
    call routine_110
    mov [rip + table], r11
    lea r14, [rbx + 400]
    mov r8, [rip + table]
    mov edi, 79092
    save rdi, rcx
    lea r12, [r15 + 442]
    sub rax, rsi
    ret
    .balign 16
routine_220:
1:
    call routine_30
    mov [r8 - 111], rdx
    mov r8, rsi
    movzx esi, byte ptr gs:[72]
    test r11d, r8d
    mov r11, r9
    shl rbx, 41
    jne 1f
    mov r15, [rip + table]
    cmp eax, 75
2:
    sub rax, rdx
    jb 1b
    call routine_64
    call routine_86
    save rdi, rbp
    movzx r15d, byte ptr [rbp]
    call routine_143
    mov r12, [rbp + 3650]
    je 1b
    mov ecx, 248944
3:
    call routine_85
    movzx r9d, byte ptr [r9 + 4067]
    jb 1f
    mov r9, [rip + table]
    jmp 1f
    mov r13, gs:[32]
    sub rax, r10
    and r12, r8
    mov r9, [rip + table]
    or rbp, r10
    ret
    .balign 16
routine_221:
1:
    save r9, rdi
    sub rbx, rbx
    test r9d, edx
    add ebp, -211
    mov rdx, gs:[176]
    call routine_117
    mov r12, [rcx + r14*2 + 201]
    mov [r10 + r9*1 + 133], rdi
    mov r11, rax
    mov r15d, 107222
2:
    or r15, [rip + table]
    mov r10, [r12 + r12*2 + 232]
    movzx r15d, byte ptr [rcx + 3800]
    test ebp, edi
    save r11, rdx
    shl r14, 4
    shl rax, 41
    mov rbp, r8
    save rsi, r12
    mov edx, 987664
3:
    lea r8, [r8 - 48]
    mov [r8 + 802], r10
    mov rcx, [rip + table]
    test eax, ebp
    xor rbp, [r10]
    mov [r8 - 22], r11
    jb 1f
    call routine_98
    call routine_103
    sub r8, rdx
    ret
    .balign 16
routine_222:
1:
    jmp 1f
    shl r8, 25
    mov rcx, [r15]
    save r12, r11
    adc r9, [rip + table]
    mov r9, gs:[40]
    mov [rip + table], r10
    and rbp, [rip + table]
    mov rdi, rdi
    test edx, r12d
2:
    call routine_88
    lea rdi, [r14]
    and r10, [rdx]
    jae 1f
    call routine_175
    movzx ebx, byte ptr gs:[160]
    mov rbx, r13
    jne 1f
    cmp r13, [rip + table]
    mov r12, r10
3:
    call routine_176
    mov [r12 + 882], rdi
    call routine_74
    shl rcx, 31
    test ebp, ecx
    mov r10d, 1033404
    movzx ebp, byte ptr [rdi - 111]
    save r9, rbx
    lea r11, [232]
    mov r13d, 395927
    ret
    .balign 16
routine_223:
1:
    shl rbp, 34
    shl rax, 4
    cmp rsi, [rbx - 112]
    xor rbp, r13
    cmp r8, r13
    sbb rbp, r15
    test r14d, r12d
    mov r10, [rip + table]
    movzx r8d, byte ptr [rip + table]
    test r9d, ebx
2:
    mov r12, [rcx + rdx*8 + 41]
    mov gs:[184], r14
    cmp r13, [rsi - 30]
    test edi, eax
    movzx r15d, byte ptr [rbx + r10*4 + 64]
    sbb rax, r12
    test edi, ebp
    mov [r11 - 31], r9
    movzx eax, byte ptr [rdi - 3]
    mov rax, [r10 - 15]
3:
    je 1b
    save rbp, rax
    lea r12, [r14 + rcx*8 + 31]
    mov rdi, [r12 + rbp*4 + 61]
    mov r15d, 562200
    xor eax, -223
    and r15, [rbx - 42]
    mov r9, [rip + table]
    mov r11, r11
    xor r15, r10
    ret
    .balign 16
routine_224:
1:
    movzx r10d, byte ptr [rsi - 53]
    jne 1b
    sbb r10, r10
    mov r15, [rdx + r11*8 + 220]
    je 1f
    test r8d, ecx
    movzx r15d, byte ptr [rip + table]
    mov r8, r11
    save r11, r14
    add r15, gs:[8]
2:
    save rcx, r10
    test r8d, edi
    movzx r9d, byte ptr [r9 + r9*8 + 185]
    save r12, r13
    test esi, ecx
    save rax, r15
    mov r8, gs:[168]
    mov rbx, rax
    or r8d, 102
    lea r14, [rbx - 88]
3:
    add r15d, -268
    mov [rcx], rax
    lea r15, [rdx + 3831]
    jb 1f
    test edi, r11d
    and r10, [rip + table]
    shl r14, 15
    call routine_154
    mov r9d, 595229
    add r9, [rip + table]
    ret
    .balign 16
routine_225:
1:
    add rcx, [r13 - 110]
    mov r13, r10
    test edi, r14d
    mov rax, [rax + 989]
    jne 1b
    mov rcx, [r9 - 1]
    mov rax, [r13]
    mov rcx, [r10 + 1022]
    call routine_74
    shl r9, 7
2:
    sub r8, [rip + table]
    mov ecx, 267625
    movzx r14d, byte ptr [r13 + rsi*2 + 130]
    movzx r9d, byte ptr [rip + table]
    mov rax, rdi
    mov [rsi], rdi
    shl rdx, 46
    mov r10d, 196547
    mov r14d, 505593
    save r10, r9
3:
    movzx ebx, byte ptr gs:[144]
    test r10d, r11d
    and ebx, -47
    cmp r8, [rip + table]
    mov edi, 831538
    save r14, r12
    mov rcx, [rbp - 63]
    js 1b
    call routine_77
    mov rsi, rdx
    ret
    .balign 16
routine_226:
1:
    call routine_178
    lea r14, [r11 + rbp*1 + 82]
    mov ebp, 583663
    test r12d, ecx
    test esi, ebp
    mov rcx, r12
    lea r9, [r14 - 108]
    or r12, rbx
    call routine_113
    test ebx, eax
2:
    mov ecx, 628844
    lea rbp, [r11]
    js 1b
    shl r12, 35
    or rbx, r12
    mov esi, 718952
    jb 1f
    movzx esi, byte ptr gs:[88]
    mov rdx, [rsi + 3807]
    mov [r13], r13
3:
    mov [rcx + 918], rbx
    lea r12, [rdx + 3850]
    save rsi, rbx
    lea r14, [rcx + 3659]
    lea r9, [rip + table]
    save rcx, r12
    save r10, rbp
    mov rbx, gs:[88]
    mov rcx, r14
    call routine_65
    ret
    .balign 16
routine_227:
1:
    mov r12, [rip + table]
    shl rbx, 28
    jmp 1f
    xor ebp, 185
    jl 1f
    mov rdx, gs:[248]
    shl r14, 54
    shl r11, 33
    add r9d, 93
    save r9, r10
2:
    test r13d, r8d
    mov [r8], r13
    call routine_107
    save r15, rax
    call routine_94
    js 1f
    adc r15, r11
    sbb edx, -152
    lea r10, [rip + table]
    mov r9, [r12]
3:
    shl rdx, 44
    adc r8d, -19
    test r15d, r11d
    call routine_44
    test ecx, esi
    shl r12, 46
    cmp r14d, -22
    lea rdi, [200]
    mov [rbx + rbx*8 + 155], r9
    mov r9, rsi
    ret
    .balign 16
routine_228:
1:
    save rcx, r14
    save r13, rsi
    mov r14d, 529484
    movzx ebx, byte ptr [r14]
    shl rbp, 54
    mov rbp, [rcx + 885]
    add ebx, -130
    call routine_126
    mov [rax + r10*2 + 80], rdx
    movzx r15d, byte ptr [r8]
2:
    movzx r14d, byte ptr [rip + table]
    shl rcx, 51
    mov r8d, 331934
    movzx r10d, byte ptr [rip + table]
    add rax, [rip + table]
    cmp rcx, [rip + table]
    mov [rdi], r9
    save r15, r9
    save rbp, rdx
    mov rbx, r12
3:
    adc rax, r9
    movzx r11d, byte ptr [rdi - 115]
    mov r10, [r14]
    mov r11, [r8 + 1004]
    shl r11, 29
    adc r11, [rbx + 189]
    call routine_59
    and ecx, -176
    lea rdi, [48]
    mov rax, [rip + table]
    ret
    .balign 16
routine_229:
1:
    mov r15, [rdi]
    lea r9, [r13 + r15*1 + 154]
    mov r15, [rbx]
    jge 1b
    call routine_12
    mov r14, r14
    save rax, r12
    mov rdx, [rdi + rsi*1 + 11]
    shl r11, 19
    call routine_32
2:
    test ebx, edi
    mov [r9 - 3], r8
    mov [rbp - 113], rsi
    sub edx, 247
    save rax, rdx
    movzx r15d, byte ptr [r9 + 243]
    mov [r11 - 13], rdx
    xor r14, r13
    jb 1f
    sub r10d, -106
3:
    mov rax, [rsi + 566]
    lea r10, [48]
    test r12d, ecx
    mov [rbx], r12
    or rbp, rax
    test edx, r8d
    mov rax, [r11 - 125]
    adc r11, r15
    movzx r15d, byte ptr [rbp + rdi*2 + 79]
    jb 1b
    ret
    .balign 16
routine_230:
1:
    mov [rcx], rbp
    cmp edi, -276
    save r15, rbx
    mov rdx, r14
    mov [r15], r10
    lea rcx, [rsi + rax*4 + 242]
    call routine_93
    save r11, r14
    je 1b
    save r14, rdx
2:
    call routine_144
    lea rsi, [rsi - 0]
    mov [r9 - 123], r8
    test edx, r9d
    movzx ecx, byte ptr [rip + table]
    mov rbp, [rsi - 71]
    call routine_173
    mov rsi, [r14 + r11*4 + 183]
    call routine_164
    mov r11, rsi
3:
    js 1f
    save r12, rbx
    movzx r10d, byte ptr [rdi + r11*2 + 151]
    lea r15, [40]
    add r8d, -155
    mov edi, 750923
    save rdi, rdi
    movzx r15d, byte ptr [rsi + rsi*4 + 62]
    movzx r11d, byte ptr [r13 + 287]
    test r11d, eax
    ret
    .balign 16
routine_231:
1:
    mov rcx, [rdi + r10*1 + 159]
    lea rsi, [rcx + 595]
    mov r15d, 1000634
    movzx ebx, byte ptr [r10 - 5]
    lea r10, [rax - 94]
    test r12d, ecx
    mov [rcx - 50], rax
    mov r11, r12
    movzx ebp, byte ptr [rip + table]
    lea rdi, [r8 - 89]
2:
    mov r8, [rbp]
    call routine_208
    call routine_82
    movzx r9d, byte ptr gs:[184]
    or r13, rcx
    mov r11, gs:[48]
    lea r10, [r8 + 973]
    js 1b
    cmp rbx, gs:[120]
    or r11, [rip + table]
3:
    xor r12d, -152
    or r14d, -279
    mov r13, [r10 - 113]
    xor r11, gs:[104]
    mov rax, [r14 + 4023]
    shl r12, 44
    movzx eax, byte ptr [r14]
    call routine_76
    and rdx, [rcx + 90]
    lea r14, [176]
    ret
    .balign 16
routine_232:
1:
    mov gs:[56], r10
    mov [r15 + 385], rax
    call routine_38
    shl r10, 6
    mov [r13], r12
    cmp r12, [rbp]
    save rsi, r10
    mov ebp, 700697
    call routine_42
    mov r12d, 236375
2:
    save rsi, r14
    movzx r13d, byte ptr [rcx]
    mov r12d, 139839
    add rdx, gs:[152]
    sub edi, -161
    test edi, r14d
    shl rdx, 18
    test r11d, eax
    mov rbx, r15
    mov rdi, [rip + table]
3:
    mov r9, rcx
    lea r11, [40]
    lea r10, [r12 + 721]
    shl r10, 60
    test r11d, edi
    or r14, r12
    mov rsi, r15
    jl 1b
    cmp edx, -179
    adc r14d, -15
    ret
    .balign 16
routine_233:
1:
    test r11d, esi
    add rax, r12
    movzx r10d, byte ptr [r12 + 3747]
    mov [rcx + rsi*4 + 159], rsi
    or esi, -130
    sbb r15d, -134
    movzx r8d, byte ptr [rbp]
    call routine_75
    movzx esi, byte ptr [rbx + 3859]
    save rbp, rdi
2:
    js 1f
    mov r14, [rip + table]
    sub r10d, 83
    movzx edi, byte ptr [r8]
    sub rdi, rax
    call routine_197
    test r8d, esi
    movzx r15d, byte ptr [r14 - 24]
    movzx r11d, byte ptr [r14]
    cmp r14, rbp
3:
    shl r10, 30
    mov [r15 - 103], r15
    shl rax, 49
    mov [rip + table], r9
    test ebp, r15d
    mov [r9 - 76], r10
    adc rdx, r11
    mov r12, r12
    mov rcx, r11
    add r9d, -197
    ret
    .balign 16
routine_234:
1:
    xor r11d, -250
    call routine_0
    test ebp, r8d
    mov rbp, r10
    lea r13, [r9]
    shl r13, 6
    mov r12d, 458216
    lea r13, [r11 - 0]
    shl rsi, 45
    test r9d, esi
2:
    shl rsi, 33
    movzx r14d, byte ptr [r11 - 68]
    save rbx, rcx
    add rbp, r10
    movzx r15d, byte ptr [r13 - 125]
    jne 1b
    mov edi, 296568
    and r9d, -196
    mov r9d, 328025
    shl r9, 23
3:
    jne 1b
    adc rsi, rcx
    cmp rbx, [rsi + 22]
    call routine_138
    lea r11, [rip + table]
    and r12d, 222
    call routine_178
    mov rdx, [rip + table]
    movzx edx, byte ptr [r13 + rcx*1 + 171]
    mov ebp, 418754
    ret
    .balign 16
routine_235:
1:
    lea r14, [104]
    lea r10, [rsi - 87]
    call routine_39
    shl rsi, 51
    test eax, esi
    lea rbp, [rsi]
    save r9, rax
    mov r8d, 798279
    save rax, r10
    jae 1b
2:
    mov ecx, 410437
    movzx r11d, byte ptr gs:[16]
    mov [r8 + 108], r8
    test r9d, r14d
    save r9, r11
    movzx esi, byte ptr [r8 + rcx*2 + 218]
    adc r10, rbp
    jl 1f
    shl rdi, 38
    test r9d, r8d
3:
    mov [r11 + rdi*1 + 141], rdx
    mov ebp, 608370
    shl rsi, 11
    lea rsi, [rip + table]
    test r11d, r15d
    call routine_60
    mov r8, r12
    lea r15, [rax - 110]
    mov rcx, rdx
    mov rdx, r12
    ret
    .balign 16
routine_236:
1:
    call routine_61
    sbb r10, [r15 - 26]
    mov rcx, [r12 - 47]
    jmp 1b
    jmp 1b
    mov [rbx + r15*1 + 163], r8
    mov rbx, [r12 - 91]
    test ecx, r9d
    save rdi, rsi
    shl r14, 11
2:
    lea r9, [r13 + 505]
    cmp rbx, gs:[152]
    call routine_159
    xor rax, rdx
    add r12, [r10]
    call routine_98
    mov r14, r13
    mov [rbp + r13*4 + 170], r9
    mov [r13 + 149], rdx
    and rdx, [rip + table]
3:
    mov r13, [rbp - 100]
    cmp r12d, 278
    movzx ebp, byte ptr [rip + table]
    save r9, rcx
    mov rbx, rcx
    movzx r10d, byte ptr gs:[96]
    mov ecx, 106625
    call routine_205
    call routine_113
    and r14, gs:[8]
    ret
    .balign 16
routine_237:
1:
    test r13d, ecx
    call routine_175
    mov [rip + table], r8
    mov rcx, [rip + table]
    mov r15d, 347266
    shl rax, 5
    test r8d, r9d
    add ebp, 244
    mov [r10 - 112], rbx
    shl r15, 60
2:
    call routine_18
    shl r14, 32
    mov r15, [rip + table]
    call routine_34
    shl rbp, 12
    test r9d, ecx
    mov r8d, 388384
    save r14, r10
    mov rdx, rdx
    mov r10, r15
3:
    mov r14, [rip + table]
    call routine_44
    movzx r10d, byte ptr [rip + table]
    test r8d, eax
    mov r8, rax
    xor ecx, 246
    mov rsi, [rdi]
    mov r9, [rip + table]
    je 1f
    sbb r9, r12
    ret
    .balign 16
routine_238:
1:
    mov r15d, 371832
    lea rdi, [rbp]
    movzx r13d, byte ptr [rip + table]
    movzx eax, byte ptr [rip + table]
    call routine_157
    mov rbx, r9
    call routine_129
    save r12, r9
    call routine_178
    sbb r10, gs:[216]
2:
    mov r15, r9
    movzx r15d, byte ptr [rbp - 35]
    test edx, edi
    mov ebp, 53870
    shl rdi, 18
    lea r9, [rip + table]
    add r13, gs:[224]
    jne 1b
    test r13d, edi
    mov [rip + table], rdx
3:
    mov eax, 49340
    call routine_95
    add r13d, 20
    cmp edx, 167
    jae 1b
    shl rbp, 23
    test eax, ecx
    save r12, rcx
    cmp r8, [r10]
    mov ebp, 41375
    ret
    .balign 16
routine_239:
1:
    lea r8, [232]
    jne 1b
    mov [r14 + 626], rcx
    xor rcx, [r10]
    shl rbp, 44
    call routine_126
    call routine_232
    save r12, r9
    call routine_206
    or r8, r9
2:
    add r15, r11
    shl r8, 16
    jne 1f
    and r10, r9
    adc rdx, gs:[40]
    shl r9, 52
    save rbx, r14
    mov rcx, gs:[152]
    sub rdi, gs:[88]
    jmp 1b
3:
    or rbp, rdi
    save rax, r15
    call routine_193
    call routine_226
    lea r8, [rip + table]
    call routine_100
    jb 1f
    call routine_195
    lea r13, [16]
    mov r9d, 535500
    ret
    .balign 16
routine_240:
1:
    mov r12d, 933326
    movzx ebx, byte ptr [r11]
    jae 1b
    shl r9, 32
    shl rax, 3
    jl 1f
    movzx ebx, byte ptr [rbx + 264]
    sbb ebx, 85
    je 1f
    mov r11d, 964737
2:
    mov [rip + table], r8
    mov r14, rdi
    test edx, eax
    test ecx, r10d
    mov rax, r14
    mov rsi, rax
    save rsi, r11
    cmp r13d, 264
    sbb rbx, r13
    xor r8d, 67
3:
    mov [rip + table], rdi
    sub esi, 259
    test ebx, ecx
    call routine_8
    sub r10, [r15 + rsi*2 + 106]
    call routine_83
    test eax, r10d
    movzx ebp, byte ptr [r10 - 24]
    mov r10d, 1038031
    lea r14, [32]
    ret
    .balign 16
routine_241:
1:
    save rbp, r8
    lea r15, [rax + r9*1 + 81]
    lea rdi, [64]
    mov rax, [rsi]
    lea rcx, [r14]
    call routine_185
    lea r13, [r11 - 99]
    mov edi, 708720
    mov rdi, r14
    test ebx, r12d
2:
    mov rax, gs:[192]
    call routine_81
    mov r12, r12
    mov rsi, r8
    or r13d, -276
    save rbp, rbx
    movzx r12d, byte ptr [rip + table]
    save rax, rax
    test edi, r13d
    mov rdi, gs:[48]
3:
    add r15, rax
    jl 1f
    cmp r14d, -225
    cmp r13, r10
    save rbp, r10
    mov [rdx + 638], r9
    mov [r12 - 50], r14
    sbb rdi, [r14 + 970]
    mov [r12 - 31], rax
    movzx r15d, byte ptr [rip + table]
    ret
    .balign 16
routine_242:
1:
    add rdx, rdi
    mov ebp, 819084
    mov edx, 123906
    sub rcx, rdx
    cmp r11, rbx
    mov r15d, 121235
    je 1f
    adc esi, -113
    movzx r9d, byte ptr [rbx - 122]
    mov [rdi + rdi*4 + 146], rax
2:
    test r9d, r10d
    add rbp, r14
    sub rdx, [r9 - 77]
    mov rdx, [rdi + rsi*8 + 248]
    sbb edi, 296
    lea r8, [r12 + r9*1 + 14]
    save rdx, r13
    xor r12, gs:[200]
    sbb r15d, 231
    test r10d, r10d
3:
    mov rbp, [rip + table]
    mov r10d, 744793
    movzx ebp, byte ptr [rcx - 41]
    mov [r12 + rcx*8 + 108], r10
    or r13, rcx
    mov eax, 194264
    js 1f
    test ebp, ecx
    mov [rdi + rbp*1 + 224], r12
    test edx, r10d
    ret
    .balign 16
routine_243:
1:
    sub r15d, 157
    mov r11, [r8]
    shl r13, 21
    add r12, rax
    js 1b
    save r13, r15
    mov r14, rax
    add r11, r13
    save rdi, rdx
    mov rcx, rcx
2:
    adc r8d, 197
    call routine_194
    movzx r10d, byte ptr [rip + table]
    shl r10, 42
    mov r8, [rip + table]
    sbb rax, r8
    cmp edx, -175
    mov [r14 + r15*8 + 255], rcx
    sub ebx, -218
    mov r14d, 491221
3:
    cmp rdx, [r9]
    mov gs:[72], rsi
    sbb ebp, -236
    movzx r9d, byte ptr [r8 - 125]
    jl 1f
    sbb r14d, -262
    add rdi, r15
    sbb r11, [rip + table]
    mov ecx, 615632
    or ecx, 158
    ret
    .balign 16
routine_244:
1:
    shl rbx, 24
    shl r15, 24
    cmp r11, [r8 + 10]
    jl 1b
    mov [rax], r11
    and ebx, 100
    add ecx, -111
    shl r14, 29
    save rbx, r14
    mov rbp, gs:[168]
2:
    mov r12, rsi
    lea rax, [rip + table]
    lea rbx, [r8 - 125]
    save r10, rbx
    adc r11, r8
    mov rsi, r11
    and r10, [rip + table]
    add rsi, rcx
    mov r12, [rip + table]
    mov rax, rbx
3:
    movzx eax, byte ptr [r13 + 162]
    save r9, r15
    mov [rcx - 39], rbx
    test r14d, r11d
    or r10, rbx
    mov edx, 786350
    lea rdx, [rdi - 83]
    mov r12, rdx
    sub r14d, -257
    jmp 1b
    ret
    .balign 16
routine_245:
1:
    lea rbp, [rcx + 3603]
    mov r12, r14
    sub edi, 299
    mov r12d, 74806
    lea rdi, [rip + table]
    call routine_55
    test edx, eax
    call routine_196
    save rax, rbx
    mov rcx, rdx
2:
    movzx r12d, byte ptr gs:[32]
    save r12, rsi
    mov r11d, 775455
    save r11, rsi
    mov rdi, rbp
    shl rdi, 33
    jmp 1f
    shl rdx, 45
    test esi, r10d
    movzx ecx, byte ptr [r8]
3:
    lea r14, [r10 + rsi*8 + 67]
    mov rdx, [r9 + 87]
    mov rsi, rdx
    cmp r12d, 155
    mov rbx, [rsi - 119]
    call routine_155
    movzx edx, byte ptr [r15 + 589]
    mov r9d, 979451
    mov [rax + 279], rax
    lea r9, [r11 + 75]
    ret
    .balign 16
routine_246:
1:
    add r11, r14
    call routine_238
    test r11d, edi
    call routine_34
    movzx r9d, byte ptr [r8]
    and edi, 82
    shl r15, 35
    sub rdx, [r13 + 3902]
    mov ebx, 1044459
    or rbp, r14
2:
    js 1f
    add r15d, -54
    add r15d, -125
    or r12d, -203
    add rdi, rax
    mov r8, gs:[40]
    save r14, rbx
    test ebp, r9d
    mov rdi, r12
    shl r12, 33
3:
    lea rax, [rdx]
    lea r12, [r13 - 116]
    mov rcx, r13
    save r14, rsi
    mov r14, gs:[0]
    test r8d, r14d
    cmp r11, rax
    shl r13, 28
    movzx edx, byte ptr [r12 + r8*1 + 16]
    lea rsi, [152]
    ret
    .balign 16
routine_247:
1:
    call routine_176
    save r12, rdi
    call routine_169
    xor r15, r12
    movzx r11d, byte ptr [r15 + 839]
    cmp r15, gs:[64]
    sbb eax, -26
    mov r13, [rip + table]
    cmp ebp, 260
    or rdx, gs:[240]
2:
    movzx r12d, byte ptr [rip + table]
    mov [r8 + rax*1 + 158], r14
    mov r15, [r15 + rbx*2 + 249]
    movzx r8d, byte ptr [r12 - 84]
    lea rdx, [72]
    and rbp, [rdx + 250]
    and rcx, [rdi + rcx*2 + 190]
    movzx r11d, byte ptr [rdi + rdx*1 + 142]
    call routine_94
    and rdi, [rbx - 9]
3:
    sub rcx, r10
    mov esi, 560845
    jge 1f
    cmp r14, [rip + table]
    adc r11d, -294
    adc r13, [rax - 66]
    test r9d, r12d
    mov r13d, 849993
    lea rcx, [r9 - 75]
    test r12d, ebx
    ret
    .balign 16
routine_248:
1:
    je 1b
    mov esi, 1008923
    and r13d, 288
    movzx r15d, byte ptr [r8 + rdx*4 + 127]
    save rcx, r14
    mov edi, 724925
    call routine_41
    cmp rax, r9
    test r8d, eax
    cmp rdi, [rdx]
2:
    lea r8, [r15 + 4014]
    mov r12, rax
    add r15, r9
    add rsi, rdx
    movzx eax, byte ptr gs:[168]
    mov ebx, 160212
    movzx r8d, byte ptr [r14 + 3738]
    mov [r14 - 57], r8
    shl rdi, 58
    mov r12d, 675600
3:
    jmp 1b
    save r9, rdx
    mov r9, rbx
    sub r10, [rbx - 65]
    test r9d, ebp
    call routine_15
    call routine_23
    mov gs:[128], r9
    mov [rbx - 17], r10
    mov eax, 30604
    ret
    .balign 16
routine_249:
1:
    save r14, r10
    mov rax, r15
    call routine_142
    mov rdi, r9
    cmp rdx, gs:[224]
    and r13, [rdi + r12*8 + 171]
    mov gs:[184], rsi
    mov rdi, [rip + table]
    shl rax, 42
    mov r13, rdx
2:
    mov esi, 728880
    mov r10, [rdi - 35]
    add r9, r9
    mov rdi, rbp
    cmp rbx, r10
    call routine_151
    call routine_32
    sub r15, [r13 + 851]
    mov r10, r11
    call routine_22
3:
    mov r12d, 423446
    mov r14, [rip + table]
    lea rdi, [rcx - 103]
    mov rax, r8
    jb 1b
    add r10d, -19
    sub r15, gs:[184]
    movzx esi, byte ptr [rbx]
    test r13d, r15d
    save rdi, r12
    ret
    .balign 16
routine_250:
1:
    test r11d, ebp
    call routine_34
    add r8, rbp
    test r10d, r13d
    mov r13, [rsi]
    test r15d, esi
    mov rdx, [rip + table]
    mov r9, [r8 - 116]
    mov rbx, [r8 + r9*1 + 77]
    movzx r14d, byte ptr [r15 + 91]
2:
    lea r12, [rbx - 15]
    add r11d, -13
    lea rcx, [rbp - 112]
    and r14, gs:[16]
    shl r11, 21
    mov [rdi + r11*1 + 89], r8
    movzx edx, byte ptr [rdx - 28]
    movzx r11d, byte ptr gs:[248]
    add rsi, rdi
    lea r8, [168]
3:
    movzx r9d, byte ptr [rip + table]
    cmp rcx, [rip + table]
    test r10d, r11d
    mov r12, [rbx]
    mov r11d, 637833
    save r9, rdi
    mov r10, [r10 + rsi*1 + 224]
    sub r15, rdx
    je 1b
    lea rsi, [184]
    ret
    .balign 16
routine_251:
1:
    adc r12, gs:[24]
    or rdi, r11
    movzx r13d, byte ptr [rbx + r12*2 + 178]
    add rdi, gs:[24]
    mov ecx, 811476
    sub rax, r13
    shl r8, 15
    mov eax, 883926
    mov rbx, r15
    shl r11, 57
2:
    adc r14d, 206
    cmp r10d, 85
    test r14d, ebp
    call routine_224
    jae 1f
    mov r9, r10
    lea r10, [rbx - 13]
    mov r13, [rip + table]
    shl rax, 18
    or rdi, rbx
3:
    or rdi, [rcx + 502]
    save r8, r15
    jl 1f
    adc r13, gs:[72]
    jmp 1b
    adc r9, gs:[40]
    call routine_159
    add r15, gs:[80]
    shl r9, 28
    movzx eax, byte ptr [r11 - 119]
    ret
    .balign 16
routine_252:
1:
    mov rbx, [rax - 29]
    movzx r15d, byte ptr gs:[240]
    add rax, [rcx + 3771]
    mov rcx, [rbx + rdx*4 + 208]
    cmp r11, rbp
    add r11, r15
    adc ebp, 145
    mov [rbp], rdi
    mov r14, r15
    test ebp, eax
2:
    test edi, r9d
    test ebp, r14d
    lea rbp, [rip + table]
    mov rax, r15
    xor rbp, [r14]
    lea rbx, [rip + table]
    shl r15, 55
    mov rdi, gs:[144]
    mov rax, [rip + table]
    jge 1f
3:
    save r10, r11
    mov edx, 348909
    jl 1b
    call routine_118
    save rbx, rdx
    test edx, ecx
    mov r14, r11
    mov rsi, r12
    xor rax, r11
    movzx r10d, byte ptr [rdx - 7]
    ret
    .balign 16
routine_253:
1:
    movzx r14d, byte ptr gs:[120]
    shl rax, 46
    mov [rdx + 4026], rcx
    mov r14, [rbx + rax*2 + 124]
    sbb r11, [rip + table]
    mov edi, 22497
    js 1b
    movzx r10d, byte ptr [rcx - 33]
    mov rbp, r14
    save rdi, rdx
2:
    adc r9, [r9 - 83]
    mov [rip + table], rcx
    mov r12, r8
    mov r15, rbp
    sub r14, rcx
    mov [rax + r12*8 + 6], r14
    mov rbx, [rcx]
    sub rdx, [r15 - 107]
    save r13, rsi
    test ebx, r9d
3:
    save rbx, r11
    movzx r11d, byte ptr [rdx + 1001]
    mov ecx, 597384
    call routine_137
    jl 1b
    mov rcx, r8
    adc ebx, -238
    test r13d, ebp
    sub ebx, -252
    or esi, -274
    ret
    .balign 16
routine_254:
1:
    shl rdx, 23
    or rbp, [rip + table]
    jne 1f
    mov r14d, 711543
    mov r10d, 406726
    test r11d, esi
    mov [rdi - 75], rdx
    call routine_131
    save r9, rbp
    mov r8, [r9 + r10*8 + 252]
2:
    call routine_147
    test r14d, r14d
    shl r8, 27
    cmp rsi, rbx
    call routine_190
    mov r13d, 611848
    mov rax, gs:[176]
    lea r8, [rax - 39]
    lea r11, [rip + table]
    mov r9, r13
3:
    lea rcx, [rcx - 87]
    mov edx, 813845
    mov r8d, 659684
    lea r11, [rax]
    test r14d, edx
    mov rbp, [rip + table]
    mov r8d, 384223
    mov r13d, 54958
    movzx ebp, byte ptr gs:[104]
    mov r10, [rsi]
    ret
    .balign 16
routine_255:
1:
    call routine_65
    call routine_77
    cmp ebx, 169
    mov r12d, 408784
    save rdi, r8
    add rbp, [r15 - 70]
    lea r10, [rip + table]
    sbb edi, -35
    mov r11d, 613592
    movzx r9d, byte ptr [rip + table]
2:
    mov r15, [rip + table]
    jge 1f
    shl rax, 53
    save rbp, r13
    adc rdi, [rip + table]
    xor r13, r13
    call routine_197
    shl r9, 31
    save r12, r11
    mov r8, [rip + table]
3:
    save rsi, r15
    lea r8, [r8 + 3847]
    js 1f
    jl 1b
    mov r8, r15
    xor rdi, rdx
    save r14, r15
    test r8d, esi
    mov rdi, r11
    mov [r14 + 397], rbx
    ret
    .balign 16
routine_256:
1:
    save rdi, rbx
    cmp r9, rbx
    lea rdi, [rcx + 580]
    and rdx, rdi
    save r10, rax
    lea rdi, [r14 - 13]
    jge 1f
    mov [r10 + 460], r11
    je 1b
    mov [r11 + r10*2 + 149], r10
2:
    mov r10d, 14877
    mov gs:[104], r8
    call routine_109
    mov r9d, 821955
    test esi, edi
    mov r15d, 451644
    shl rax, 10
    save r10, rdi
    movzx ebp, byte ptr [rbx]
    mov r13, [rcx + r9*8 + 30]
3:
    call routine_244
    mov r13, [r8 + 3789]
    shl rbx, 33
    mov rsi, rbx
    sbb r14d, -147
    mov r12, rsi
    shl r8, 60
    test edx, r8d
    mov rsi, r12
    je 1b
    ret
    .balign 16
routine_257:
1:
    mov r13, rsi
    save rbp, r10
    mov rcx, [rax + 3763]
    mov rdi, [r8 + r9*4 + 29]
    test r8d, edx
    shl rdi, 32
    test r9d, ebp
    lea rcx, [rip + table]
    xor r9, rdi
    js 1b
2:
    call routine_22
    lea r8, [rax + 407]
    test ecx, r13d
    movzx ecx, byte ptr [rip + table]
    mov [rsi + 794], r12
    mov r15, [r10 + r9*1 + 67]
    save r12, rax
    mov [r15], rdi
    shl r10, 11
    movzx r13d, byte ptr gs:[120]
3:
    jl 1f
    lea r15, [rsi - 119]
    call routine_128
    save rcx, rcx
    and r14, [r15 + 3916]
    mov rcx, r11
    sbb r14, [rip + table]
    mov r8, r10
    sub r13, [rip + table]
    cmp rdi, [rax - 65]
    ret
    .balign 16
routine_258:
1:
    shl r13, 51
    add r10, r13
    lea rsi, [rdx + 4059]
    save rcx, rbx
    mov r11, r11
    and rax, gs:[248]
    call routine_240
    movzx r14d, byte ptr [rip + table]
    save r12, r9
    mov [rip + table], rdx
2:
    mov rdi, r15
    test r8d, esi
    or esi, -101
    and r13d, -107
    mov rbx, rbx
    save rsi, rbp
    jb 1f
    or ecx, 227
    test ebp, ebp
    shl r13, 20
3:
    shl r10, 23
    mov r15d, 427947
    sbb r12d, -85
    test r12d, ebx
    movzx edi, byte ptr [r12 + rdx*1 + 208]
    movzx r15d, byte ptr [rdi + rbx*1 + 74]
    shl rsi, 21
    test r14d, r14d
    mov r10, rbx
    adc r9, r10
    ret
    .balign 16
routine_259:
1:
    test r9d, r14d
    jge 1b
    lea r11, [64]
    call routine_118
    jl 1f
    jb 1f
    movzx r10d, byte ptr [r13 + 88]
    shl rsi, 19
    and r9d, -229
    mov r10d, 224039
2:
    call routine_13
    mov r8, rdi
    movzx esi, byte ptr gs:[112]
    and rsi, [rax - 59]
    shl r10, 31
    shl rbp, 7
    mov rdi, r9
    mov r15, [rip + table]
    add r12, gs:[0]
    save r15, rdi
3:
    call routine_134
    or rsi, [rcx - 68]
    mov edx, 951951
    save r8, rax
    mov edx, 585009
    xor edx, -240
    or rbx, [rbx + r9*8 + 128]
    lea rbx, [rbx - 87]
    mov gs:[136], r14
    sub r11d, -71
    ret
    .balign 16
routine_260:
1:
    lea r13, [rdi + rbx*2 + 46]
    mov r11, [rdi - 115]
    sbb r8, [rbp + r8*2 + 110]
    mov rbp, [rdi + 3876]
    save r15, r12
    mov rbx, r14
    call routine_216
    call routine_165
    je 1f
    save r8, rsi
2:
    mov [rip + table], r12
    save r10, r8
    test edx, r14d
    mov rsi, rsi
    add ecx, 64
    jmp 1f
    mov r10, gs:[184]
    mov rdx, r13
    lea rdi, [r8]
    mov r10, [rdi + 3926]
3:
    call routine_136
    shl r15, 21
    lea rbp, [r12]
    call routine_234
    movzx edi, byte ptr gs:[152]
    mov r14, [rbp - 17]
    and ebp, -19
    lea rsi, [104]
    cmp rdi, [r13 - 63]
    movzx r11d, byte ptr gs:[240]
    ret
    .balign 16
routine_261:
1:
    sbb ebp, 169
    save rbp, rax
    test edx, r11d
    call routine_0
    call routine_221
    shl r8, 28
    xor r8, [r14 + r15*4 + 138]
    call routine_96
    add rax, gs:[248]
    mov rdx, [rip + table]
2:
    save rdi, r12
    cmp r9, r15
    mov [r12 + 220], r13
    mov [rip + table], r11
    xor r11, r13
    call routine_62
    mov rbx, [rip + table]
    lea r15, [32]
    test edx, ebx
    test r14d, r14d
3:
    test r8d, ebx
    lea rbp, [208]
    mov r15, [rbx]
    mov r8d, 602594
    save r13, r8
    call routine_176
    sbb rcx, rsi
    shl r8, 27
    shl r9, 44
    save rcx, r12
    ret
    .balign 16
routine_262:
1:
    mov r13d, 1006313
    sub r13d, -28
    save r13, r12
    save r12, rdx
    xor r13, r10
    call routine_143
    shl r8, 12
    lea rax, [rip + table]
    mov r8, [r8 + 3882]
    mov ebp, 1012070
2:
    mov r11, gs:[104]
    call routine_187
    sub eax, -38
    add rbp, r9
    lea r14, [r14]
    adc r11, r15
    save r11, r10
    mov edi, 977338
    test edi, r8d
    mov [r8 + r13*2 + 156], rbx
3:
    test r10d, r12d
    mov esi, 989803
    test ebx, edx
    adc r9, [r8 - 29]
    call routine_206
    shl r11, 34
    add esi, 135
    lea rcx, [rdx]
    cmp r9d, -1
    call routine_89
    ret
    .balign 16
routine_263:
1:
    mov [rbp], r15
    shl rsi, 11
    sub eax, 82
    mov eax, 445253
    mov rsi, rbx
    test edi, r11d
    mov rcx, r10
    test r15d, edx
    test r12d, eax
    mov [r13 + rdx*8 + 116], r13
2:
    save r9, r9
    test r15d, r9d
    save r8, r15
    adc rbx, r12
    shl rsi, 31
    call routine_11
    mov edi, 528052
    adc r15d, 26
    sbb ebx, 206
    js 1f
3:
    sbb ebx, -92
    jge 1f
    save r8, r13
    mov [r8 + 80], rbx
    save rbx, rax
    mov rsi, r8
    mov r8, [rbp]
    add r8, r12
    lea rax, [r9 + 3781]
    adc edx, 117
    ret
    .balign 16
routine_264:
1:
    call routine_162
    call routine_39
    mov r11, r13
    mov r10, r8
    movzx r8d, byte ptr [r15]
    sub rax, rsi
    call routine_106
    mov [r10 + r11*2 + 54], r12
    mov r15, [r12 - 121]
    sbb r10, r9
2:
    mov r10, r13
    mov rbx, [rbp + 618]
    save rbp, r11
    movzx esi, byte ptr [rcx + r10*1 + 20]
    movzx r13d, byte ptr [rbx + r13*4 + 129]
    save rdi, r14
    or edx, 126
    mov rbx, [rip + table]
    je 1b
    mov r13, r11
3:
    mov r13, rdi
    shl r15, 37
    test eax, ebp
    call routine_208
    shl r9, 26
    shl r15, 33
    sbb ecx, -247
    mov r13, [r14 + rax*4 + 106]
    mov [r12 + 774], rbp
    mov [rdx], rcx
    ret
    .balign 16
routine_265:
1:
    movzx r15d, byte ptr [rcx + 3691]
    save rcx, rbp
    sbb rax, [r12 + rsi*2 + 237]
    or r11d, 26
    mov [rsi + 3781], rax
    js 1b
    mov r14, [r15 + 3852]
    xor rdi, [r14 + r13*1 + 196]
    save r13, r9
    shl r14, 36
2:
    jge 1b
    mov [r12 + r8*1 + 255], r9
    jge 1f
    or rcx, r9
    mov rbx, [r13]
    save rbx, rdi
    or r10d, 142
    lea r15, [rsi - 61]
    lea r11, [40]
    shl rsi, 45
3:
    save rsi, rsi
    shl r13, 60
    sub ecx, -32
    lea rdi, [rip + table]
    mov r10, rdi
    movzx r8d, byte ptr [r14 + 657]
    save r8, r12
    mov r12, [rip + table]
    mov [r11], r15
    mov r14, [rdx]
    ret
    .balign 16
routine_266:
1:
    lea rsi, [rdi - 90]
    lea r15, [r15 - 118]
    add r13, [rax + 784]
    lea r10, [96]
    or r14, rdx
    lea r12, [r12 + rcx*1 + 220]
    mov rdi, rdx
    or r13, [rax - 4]
    lea r11, [rcx - 102]
    xor r15d, -78
2:
    call routine_197
    mov rbx, [r13 + 3999]
    movzx r10d, byte ptr [rax + r11*4 + 37]
    call routine_231
    mov r10d, 553838
    shl rax, 54
    mov r10, [rbx - 31]
    mov [rip + table], r11
    test edi, eax
    save r12, rsi
3:
    save rdi, rdx
    xor eax, 37
    mov r12d, 7614
    adc r11, [r12 + r15*2 + 193]
    xor rbx, r9
    lea r9, [rip + table]
    movzx r8d, byte ptr gs:[120]
    mov [r9], rax
    or rsi, [r11]
    mov [rdx + 3767], r10
    ret
    .balign 16
routine_267:
1:
    shl r8, 53
    and edx, 198
    call routine_136
    test ecx, r12d
    jmp 1b
    shl r9, 23
    mov r15, r12
    save rbp, r14
    or rcx, rdx
    lea rax, [r14 - 84]
2:
    movzx ebp, byte ptr [rip + table]
    jmp 1b
    mov r9, [rax]
    shl r12, 25
    or rbp, [r11]
    mov rdx, rbx
    and r9, [rbp]
    mov rsi, rax
    call routine_237
    jae 1b
3:
    save r8, r10
    call routine_8
    shl r9, 2
    mov rcx, r9
    add ebp, -79
    save r10, rcx
    save r10, r11
    lea rcx, [184]
    call routine_265
    or rdx, gs:[200]
    ret
    .balign 16
routine_268:
1:
    call routine_0
    lea rdx, [rip + table]
    shl r11, 11
    call routine_188
    or rdx, gs:[232]
    or rsi, rdx
    add ebx, -176
    save r11, rbx
    mov [rbx + 674], rdi
    save r14, r9
2:
    test edx, r9d
    jge 1f
    js 1f
    call routine_28
    save r13, r10
    test r11d, ebx
    mov r10, [rip + table]
    mov r9d, 5552
    jb 1b
    shl rsi, 10
3:
    sub rax, [rax + r10*2 + 136]
    shl rax, 7
    lea r15, [r9 + r13*4 + 240]
    test ebx, edx
    cmp r11, [rdi - 98]
    movzx r10d, byte ptr [rdi]
    movzx r10d, byte ptr [r8]
    call routine_49
    or ebp, 145
    movzx edx, byte ptr [r8 - 30]
    ret
    .balign 16
routine_269:
1:
    adc r14d, 240
    movzx edx, byte ptr [rcx - 82]
    mov rbp, rcx
    sbb r9, r8
    mov r14, rbx
    lea rdx, [rbp - 33]
    mov r14d, 866941
    call routine_224
    mov ebx, 203072
    mov [rip + table], r14
2:
    save rcx, r8
    movzx esi, byte ptr [r10 + 469]
    shl r9, 30
    mov r13, rsi
    shl rax, 4
    mov r13, r9
    jne 1b
    mov r8, [rdx + rdx*1 + 174]
    mov r14, [rdx + 73]
    call routine_45
3:
    xor rbp, rax
    lea r14, [rip + table]
    xor edx, 77
    jmp 1f
    lea r14, [r13]
    and r9d, -89
    sbb r11d, 59
    add r12d, 263
    shl rbx, 21
    cmp r12, rbp
    ret
    .balign 16
routine_270:
1:
    mov rcx, r15
    test r8d, edx
    shl rdi, 37
    mov r14, gs:[120]
    add r9d, 110
    shl rax, 48
    shl r12, 10
    call routine_189
    mov [rbx + 891], rsi
    mov r11, rbx
2:
    movzx eax, byte ptr [r11 + 168]
    jne 1f
    save r9, r14
    mov rcx, [rbx - 15]
    cmp rbp, rdx
    mov rax, [rdi + 321]
    lea rax, [rbx + rbp*1 + 221]
    mov gs:[80], r8
    shl r10, 61
    mov ebx, 606109
3:
    shl r8, 35
    mov r14, rbp
    mov r11d, 338237
    cmp eax, 207
    call routine_138
    lea rsi, [rbp + rbx*1 + 238]
    mov [r11 - 0], rbx
    mov [r8], r10
    mov gs:[32], r11
    mov ebx, 455259
    ret
    .balign 16
routine_271:
1:
    mov gs:[184], rcx
    adc r12, rsi
    mov rsi, [rsi + 722]
    save r13, rcx
    and rbx, [r10 - 16]
    shl r15, 23
    movzx ecx, byte ptr gs:[40]
    mov rdx, [rdi + r8*4 + 104]
    mov ecx, 529511
    save rbx, rdi
2:
    lea r14, [176]
    test eax, ebx
    add rbp, r14
    mov [rax + r15*8 + 48], r11
    mov [rbp], rcx
    mov r9, r13
    call routine_26
    mov r11d, 232674
    call routine_12
    or r15, r12
3:
    mov eax, 1041254
    shl rbx, 55
    save rsi, rdx
    shl rdi, 4
    mov ecx, 679666
    mov r12d, 468471
    lea r12, [72]
    call routine_178
    and r13d, -253
    shl rax, 48
    ret
    .balign 16
routine_272:
1:
    lea r9, [rip + table]
    sub r14, rbp
    mov [rdi + r10*4 + 248], rsi
    lea rbx, [rbp + 3676]
    mov r11, r12
    jmp 1b
    mov [rbp - 58], r15
    mov rdi, rax
    shl r12, 28
    movzx r11d, byte ptr gs:[112]
2:
    save rsi, rax
    js 1f
    xor r13d, 248
    mov [rsi], r14
    sbb edx, -149
    mov rax, r13
    test esi, ecx
    shl r10, 38
    mov rax, rdx
    save r9, r13
3:
    lea rbx, [r14]
    add r12d, -154
    mov rcx, r13
    movzx r10d, byte ptr [r10 - 24]
    save r15, r10
    test ecx, edi
    shl r11, 13
    or r14, [rip + table]
    lea r11, [rdx - 120]
    jl 1b
    ret
    .balign 16
routine_273:
1:
    save rax, r15
    mov [rip + table], r15
    mov rbx, r15
    save rbp, rbx
    or rax, r9
    mov r13, [rdx - 114]
    movzx r8d, byte ptr [r13 + rcx*4 + 112]
    movzx r11d, byte ptr [r14 + rsi*1 + 170]
    save r12, r11
    lea r10, [r13 - 2]
2:
    or r13, r13
    call routine_155
    mov r15, [r14]
    test ebx, esi
    mov r11d, 783479
    mov ebx, 513492
    movzx ecx, byte ptr [r15 + 693]
    mov r10d, 556981
    shl r14, 52
    call routine_257
3:
    jge 1f
    shl r12, 57
    test ebp, edi
    mov [r14 + r10*1 + 122], rax
    shl r13, 2
    add r8, r8
    call routine_83
    movzx edi, byte ptr [rip + table]
    mov r9, [rip + table]
    add ebx, -19
    ret
    .balign 16
routine_274:
1:
    mov r10d, 1008248
    mov rbx, rsi
    mov gs:[192], r13
    mov r12d, 564717
    je 1b
    mov edi, 323059
    mov rbp, rdx
    or eax, -212
    mov eax, 130512
    mov r8, rbx
2:
    or rdi, r9
    mov rbx, [r10]
    js 1b
    lea rbp, [rax + 4093]
    movzx ebp, byte ptr [rip + table]
    test ecx, ebp
    lea r13, [r12 + 195]
    test ebx, esi
    mov r14, rsi
    shl r13, 35
3:
    save r10, r9
    or ebx, -258
    call routine_227
    sub r11d, 95
    lea r10, [rax + 848]
    sub r14d, -105
    test edx, r14d
    add edx, 100
    movzx r8d, byte ptr [r10 - 122]
    mov esi, 450330
    ret
    .balign 16
routine_275:
1:
    movzx r12d, byte ptr [r13 - 47]
    test edi, r8d
    sub edi, -159
    call routine_0
    call routine_236
    lea rsi, [200]
    mov r9, rbx
    movzx eax, byte ptr [r11 - 48]
    movzx edi, byte ptr [r11 + 965]
    lea r11, [8]
2:
    mov r11, [r9]
    add r13, [rbp + rax*1 + 246]
    movzx ecx, byte ptr [r8]
    mov ecx, 681790
    xor rdi, [r14 + r14*8 + 227]
    mov [r10 + 3988], r8
    save r12, rax
    save rbp, rsi
    lea rdx, [rdi - 28]
    mov [r8 + rdx*8 + 244], rsi
3:
    adc rbx, rax
    lea rbx, [rdi + r15*1 + 163]
    jne 1f
    mov rdi, gs:[168]
    cmp r9, rdi
    save r12, rbp
    shl rcx, 39
    jge 1b
    shl r13, 44
    shl rcx, 4
    ret
    .balign 16
routine_276:
1:
    shl r14, 56
    je 1b
    test edx, edi
    jae 1f
    lea rbp, [224]
    movzx r8d, byte ptr [r15 + 652]
    mov gs:[96], r11
    mov [r11 + 3938], r15
    shl r9, 13
    test ebx, r11d
2:
    cmp r9d, 298
    xor r14, [r8 - 51]
    mov r10d, 99030
    test r14d, edi
    call routine_229
    mov r9, rax
    jmp 1f
    adc r10, rdi
    mov [rip + table], r13
    lea r14, [96]
3:
    xor r14, r9
    mov [r11 - 98], r8
    jae 1b
    mov rsi, [r10 - 48]
    shl rcx, 11
    and rax, r11
    mov r14d, 626553
    lea rsi, [r8 - 70]
    save r8, rbp
    mov r14d, 990358
    ret
    .balign 16
1:  ret
    .data
table:
    .quad routine_0, routine_1
    .section .rodata
    .asciz "text 9986"
    .asciz "text 9987"
    .asciz "text 9988"
    .asciz "text 9989"
    .asciz "text 9990"
    .asciz "text 9991"
    .asciz "text 9992"
    .asciz "text 9993"
    .asciz "text 9994"
    .asciz "text 9995"
    .asciz "text 9996"
    .asciz "text 9997"
    .asciz "text 9998"
    .asciz "text 9999"
