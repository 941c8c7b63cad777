# The kernel's table of contents: what is started, in which order, and why so.

    .intel_syntax noprefix
    .include "include/voice.inc"

    .text
    .global kernel_start
# Start everything, then become process 1.
# in:  RDI = physical address of hvm_start_info; boot tables; RSP = kernel stack
# out: does not return
kernel_start:
    mov rbx, rdi
    call voice_start                            # first, so that all else can speak
    call percpu_start                           # GS, for whatever looks for this CPU
    call segments_start                         # GDT and TSS: stacks for exceptions
    call idt_start                              # from here on a fault is a report
    mov rdi, rbx
    call boot_information_start                 # before anything writes to low memory
    call features_start
    call user_copy_start                        # writes to the kernel's code: not later
    call cpu_number_start                       # writes to the vDSOs: not later
    call frames_start                           # needs the memory map
    call paging_start                           # needs frames; the boot tables are gone
    call int80_start                            # the doors: gate 0x80 of the IDT
    call system_call_start                      # and the MSRs of SYSCALL
    call compat_start                           # doors of 32-bit programs
    call tsc_start                              # needs the PIT, undisturbed
    call rtc_start
    call clock_start                            # needs the TSC's rate and the wall time
    call random_start                           # needs the TSC, the time and the seed
    call layout_start                           # needs the command line
    call timer_start                            # interrupts can come from now on
    call terminal_start
    call tree_start                             # needs frames
    call boot_log
    call strace_start                           # when the command line asks for it
    jmp init_start
