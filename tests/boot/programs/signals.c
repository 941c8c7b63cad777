/* Signals that a program sends to itself: "ask" only looks at errors and at what ends nobody;
 * "blocked" lets one wait; "abort"; a number raises that one. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 0x7ffffff0 /* beyond Linux's highest process number */

static void show(const char *what, long result) {
    printf("%s %s\n", what, result == 0 ? "0" : strerrorname_np(errno));
    fflush(stdout);
}

static void ask(pid_t me) {
    show("kill(me, 0)", kill(me, 0));
    show("kill(0, 0)", kill(0, 0));
    show("kill(me, 65)", kill(me, 65));
    show("kill(me, -1)", kill(me, -1));
    show("kill(nobody, 0)", kill(NOBODY, 0));
    show("kill(nobody, 65)", kill(NOBODY, 65));
    show("kill(-nobody, 0)", kill(-NOBODY, 0));
    show("tkill(me, 0)", syscall(SYS_tkill, me, 0));
    show("tkill(0, 0)", syscall(SYS_tkill, 0, 0));
    show("tkill(-1, 0)", syscall(SYS_tkill, -1, 0));
    show("tkill(nobody, 0)", syscall(SYS_tkill, NOBODY, 0));
    show("tkill(me, 65)", syscall(SYS_tkill, me, 65));
    show("tgkill(me, me, 0)", syscall(SYS_tgkill, me, me, 0));
    show("tgkill(0, me, 0)", syscall(SYS_tgkill, 0, me, 0));
    show("tgkill(me, 0, 0)", syscall(SYS_tgkill, me, 0, 0));
    show("tgkill(nobody, me, 0)", syscall(SYS_tgkill, NOBODY, me, 0));
    show("tgkill(me, nobody, 0)", syscall(SYS_tgkill, me, NOBODY, 0));
    show("tgkill(me, me, 65)", syscall(SYS_tgkill, me, me, 65));
    show("SIGCHLD", kill(me, SIGCHLD));
    show("SIGURG", kill(me, SIGURG));
    show("SIGWINCH", kill(me, SIGWINCH));
    show("SIGCONT", kill(me, SIGCONT));
    signal(SIGTERM, SIG_IGN);
    show("SIGTERM, ignored", kill(me, SIGTERM));
}

int main(int count, char **words) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    (void)count;
    if (strcmp(words[1], "ask") == 0) {
        ask(getpid());
        return 7;
    }
    if (strcmp(words[1], "abort") == 0)
        abort();
    if (strcmp(words[1], "blocked") == 0) {
        sigprocmask(SIG_BLOCK, &set, NULL);
        show("SIGUSR1, blocked", raise(SIGUSR1));
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    } else
        raise(atoi(words[1]));
    printf("still there\n");
    return 8;
}
