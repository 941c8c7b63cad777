#!/bin/sh
# Sets a machine up for one of the Makefile's purposes: run, test, lint or docs.
#
#   1. see which programs are missing
#   2. install them where we can (Debian and Ubuntu, as root or by sudo);
#      elsewhere say in one message what to install, and stop
#   3. make the virtual environment and put ring3 into it
#   4. leave the stamp .venv/.ready-PURPOSE that the Makefile looks for
#
# It needs nothing but a POSIX shell, and may be run any number of times.
set -eu

purpose=${1:?"usage: setup.sh run|test|lint|docs"}
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

# 1. What is missing, under its names at Debian, Fedora, Arch and Homebrew.
. builder/ring3/requirements.sh

find_missing() {
    apt='' dnf='' pacman='' brew=''
    while IFS='|' read -r state _ purposes _ _ apt_names dnf_names pacman_names brew_names _; do
        case $state,$purposes, in
            missing,*"$purpose",*)
                apt="$apt $apt_names" dnf="$dnf $dnf_names"
                pacman="$pacman ${pacman_names#-}" brew="$brew $brew_names" ;;
        esac
    done <<END
$(checked_requirements)
END
}

# 2. Install by apt, or explain.
explain() {
    say "missing for \`make $purpose\`: install what is missing, then run it again"
    say "  Debian, Ubuntu:  sudo apt-get install$apt"
    say "  Fedora:          sudo dnf install$dnf"
    say "  Arch:            sudo pacman -S$pacman"
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
    python=$(find_python)
    say "making the virtual environment .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi
case $purpose in
    run) target=. ;;
    test) target='.[test,docs]' ;;      # a test builds the site
    lint) target='.[test,docs,lint]' ;; # mypy reads the tests and the site
    *) target=".[$purpose]" ;;
esac
say "installing ring3 and its packages for \`make $purpose\`"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$target" || {
    say "the packages could not be installed; is the package index reachable?"
    exit 1
}

# 4. The stamp.
touch ".venv/.ready-$purpose"
