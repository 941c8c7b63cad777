#!/bin/sh
# Sets a machine up for one of the Makefile's purposes: run, test or lint.
#
#   1. see which programs are missing
#   2. install them where we can (Debian and Ubuntu, as root or by sudo);
#      elsewhere say in one message what to install, and stop
#   3. make the virtual environment and put ring3 into it
#   4. leave the stamp .venv/.ready-PURPOSE that the Makefile looks for
#
# It needs nothing but a POSIX shell, and may be run any number of times.
set -eu

purpose=${1:?"usage: setup.sh run|test|lint"}
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

# The newest interpreter that ring3 supports, preferring the one called python3.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if have "$candidate" &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

can_make_venv() { [ -n "$1" ] && "$1" -c 'import ensurepip, venv' 2>/dev/null; }
can_compile() { have gcc && echo 'int main(void) { return 0; }' | gcc "$@" -x c - -o /dev/null 2>/dev/null; }

# 1. What is missing, under its names at Debian, Fedora and Homebrew.
apt='' dnf='' brew=''
need() { apt="$apt $1" dnf="$dnf $2" brew="$brew $3"; }

find_missing() {
    apt='' dnf='' brew=''
    python=$(find_python)
    if [ -z "$python" ]; then
        need python3 python3 python
    fi
    can_make_venv "$python" || need python3-venv python3 python
    if [ "$purpose" != lint ]; then
        have qemu-system-x86_64 || need qemu-system-x86 qemu-system-x86-core qemu
    fi
    if [ "$purpose" = test ]; then
        { have as && have ld && have readelf; } || need binutils binutils x86_64-elf-binutils
        can_compile || need 'gcc libc6-dev' 'gcc glibc-devel' gcc
        can_compile -m32 || need gcc-multilib 'glibc-devel.i686 libgcc.i686' gcc
        have gdb || need gdb gdb gdb
        # Programs that nobody here built, and C libraries to build others with.
        [ -x /bin/busybox ] || need busybox-static busybox busybox
        have musl-gcc || need musl-tools musl-gcc musl-cross
        have klcc || need libklibc-dev klibc-devel klibc
        have cpio || need cpio cpio cpio
        have strace || need strace strace strace
        # What reads and makes images beside us, and the UEFI firmware for QEMU.
        have sgdisk || need gdisk gdisk gptfdisk
        have sfdisk || need fdisk util-linux util-linux
        have mcopy || need mtools mtools mtools
        have xorriso || need xorriso xorriso xorriso
        have fsck.fat || need dosfstools dosfstools dosfstools
        [ -e /usr/share/OVMF/OVMF_CODE.fd ] || [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] ||
            need ovmf edk2-ovmf qemu
        # The second CPU: Bochs, its text display, and the BIOSes that it starts with.
        have bochs-bin || need 'bochs bochs-term bochsbios vgabios' bochs bochs
    fi
}

# 2. Install by apt, or explain.
explain() {
    say "missing for \`make $purpose\`: install what is missing, then run it again"
    say "  Debian, Ubuntu:  sudo apt-get install$apt"
    say "  Fedora:          sudo dnf install$dnf"
    say "  macOS:           brew install$brew"
    [ "$purpose" != test ] || say "  (the tests compare with GNU as, gcc and glibc: they need x86-64 Linux)"
    exit 1
}

install_missing() {
    have apt-get || explain
    as_root=''
    if [ "$(id -u)" != 0 ]; then
        # Without a terminal sudo must not stop to ask for a password.
        if have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then as_root=sudo; else explain; fi
    fi
    say "installing$apt"
    # An update may fail for one stale source and the install still go through.
    $as_root apt-get -q update >&2 || say "apt-get update failed; trying to install all the same"
    # shellcheck disable=SC2086  # the names are words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends $apt >&2 || explain
}

find_missing
if [ -n "$apt" ]; then
    install_missing
    find_missing
    [ -z "$apt" ] || explain
fi

# 3. The virtual environment.  One that was moved or half made is made anew.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making the virtual environment .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi
case $purpose in
    run) target=. ;;
    *) target=".[$purpose]" ;;
esac
say "installing ring3 and its packages for \`make $purpose\`"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$target" || {
    say "the packages could not be installed; is the package index reachable?"
    exit 1
}

# 4. The stamp.
touch ".venv/.ready-$purpose"
