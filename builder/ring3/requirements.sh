# What ring3 needs besides itself, and which packages have it.
#
#   builder/setup.sh   reads it to install what is missing for `make run`, `test`, `lint`, `docs`
#   ring3 doctor       runs it to say what is there, and what to do about what is not
#
# To be sourced by a POSIX shell; run as a command it prints each row, with `there` or
# `missing` before it.

have() { command -v "$1" >/dev/null 2>&1; }
have_any() { for program; do if have "$program"; then return 0; fi; done; return 1; }
have_all() { for program; do have "$program" || return 1; done; }
have_file() { for file; do if [ -e "$file" ]; then return 0; fi; done; return 1; }
can_compile() { have gcc && echo 'int main(void) { return 0; }' | gcc "$@" -x c - -o /dev/null 2>/dev/null; }
can_make_venv() { python=$(find_python) && "$python" -c 'import ensurepip, venv' 2>/dev/null; }

# The newest interpreter that ring3 supports, preferring the one called python3.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if have "$candidate" &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# The same places as in machine/firmware.py.
have_ovmf() {
    have_file /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_CODE.fd \
        /usr/share/edk2/ovmf/OVMF_CODE.fd \
        /usr/share/edk2/x64/OVMF_CODE.4m.fd /usr/share/edk2-ovmf/x64/OVMF_CODE.fd \
        /usr/share/qemu/ovmf-x86_64-code.bin \
        /opt/homebrew/share/qemu/edk2-x86_64-code.fd \
        /usr/local/share/qemu/edk2-x86_64-code.fd \
        /home/linuxbrew/.linuxbrew/share/qemu/edk2-x86_64-code.fd
}

# A row a program: what it is called | who needs it (make run, test, lint, docs; `extra`: only what
# the last column says) | how to see whether it is there | how to ask for its version |
# its packages at apt | dnf | pacman | brew | what for.  `-` is nothing.
requirements() {
    sed -e '/^#/d' -e 's/  *| */|/g' <<'END'
Python      | run,test,lint,docs | find_python            | python3 --version    | python3        | python3      | python     | python      | all of ring3
venv        | run,test,lint,docs | can_make_venv          | -                    | python3-venv   | python3      | python     | python      | make: the packages go into .venv
QEMU        | run,test,docs | have qemu-system-x86_64 | qemu-system-x86_64 --version | qemu-system-x86 | qemu-system-x86-core | qemu-system-x86 | qemu | ring3 run: the machines
binutils    | test          | have_all as ld readelf | as --version         | binutils       | binutils     | binutils   | x86_64-elf-binutils | the tests: GNU as is the assembler's oracle
gcc         | test          | can_compile            | gcc --version        | gcc libc6-dev  | gcc glibc-devel | gcc     | gcc         | programs written in C
gcc -m32    | test          | can_compile -m32       | -                    | gcc-multilib   | glibc-devel.i686 libgcc.i686 | lib32-gcc-libs lib32-glibc | gcc | programs of the i386 written in C
gdb         | test          | have gdb               | gdb --version        | gdb            | gdb          | gdb        | gdb         | ring3 run --gdb
OVMF        | test          | have_ovmf              | -                    | ovmf           | edk2-ovmf    | edk2-ovmf  | qemu        | machines with UEFI: ring3 run --machine q35-uefi
Bochs       | test          | have_any bochs-bin bochs-debugger | -         | bochs bochs-term bochsbios vgabios | bochs-debugger | bochs | bochs | the stricter CPU: ring3 run --machine bochs-intel
busybox     | test          | have_file /bin/busybox /usr/bin/busybox | -   | busybox-static | busybox      | busybox    | busybox     | the tests: a program that nobody here built
musl        | test          | have musl-gcc          | -                    | musl-tools     | musl-gcc     | musl       | musl-cross  | the tests: another C library
klibc       | test          | have klcc              | -                    | libklibc-dev   | klibc-devel  | -          | klibc       | the tests: another C library
cpio        | test          | have cpio              | cpio --version       | cpio           | cpio         | cpio       | cpio        | ring3 bench --linux
strace      | test          | have strace            | strace --version     | strace         | strace       | strace     | strace      | the tests: the oracle of --strace
gdisk       | test          | have sgdisk            | sgdisk --version     | gdisk          | gdisk        | gptfdisk   | gptfdisk    | the tests: reads GPT disks
fdisk       | test          | have sfdisk            | sfdisk --version     | fdisk          | util-linux   | util-linux | util-linux  | the tests: reads partition tables
mtools      | test          | have mcopy             | mcopy --version      | mtools         | mtools       | mtools     | mtools      | the tests: reads FAT volumes
xorriso     | test          | have xorriso           | -                    | xorriso        | xorriso      | libisoburn | xorriso     | the tests: reads CDs
dosfstools  | test          | have fsck.fat          | -                    | dosfstools     | dosfstools   | dosfstools | dosfstools  | the tests: checks FAT volumes
END
}

# The rows again, each with what its check found.
checked_requirements() {
    requirements | while IFS='|' read -r name purposes check rest; do
        # What a check prints, or reads, is no affair of the table's.
        if eval "$check" >/dev/null 2>&1 </dev/null; then state=there; else state=missing; fi
        printf '%s|%s|%s|%s|%s\n' "$state" "$name" "$purposes" "$check" "$rest"
    done
}

case ${0##*/} in
    requirements.sh) checked_requirements ;;
esac
