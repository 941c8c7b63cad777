/* The clocks of an i386 program: what the C library reads in the vDSO, and the call. */
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define CLOCKS 16
#define READS 200000
#define FAR 100000000 /* nanoseconds between two reads */

static long long nanoseconds(const struct timespec *t) {
    return t->tv_sec * 1000000000LL + t->tv_nsec;
}

int main(int argc, char **argv) {
    struct timespec first, second, last = {0, 0};
    struct timeval day;
    printf("%d arguments, %s, %s\n", argc, argv[argc - 1], (char *)getauxval(AT_PLATFORM));
    printf("both of AT_SYSINFO: %d\n", getauxval(AT_SYSINFO) > getauxval(AT_SYSINFO_EHDR));
    for (int clock = 0; clock < CLOCKS; clock++) {
        int seen = clock_gettime(clock, &first);
        int asked = syscall(SYS_clock_gettime, clock, &second);
        long long passed = nanoseconds(&second) - nanoseconds(&first);
        const char *verdict = seen || asked ? "none" : 0 <= passed && passed < FAR ? "agree" : "NO";
        printf("clock %d: %d %d %s\n", clock, seen, asked, verdict);
    }
    gettimeofday(&day, NULL);
    clock_gettime(CLOCK_REALTIME, &first);
    printf("seconds: %d %d\n", (int)(first.tv_sec - day.tv_sec) < 2, (int)(time(NULL) - day.tv_sec) < 2);
    int backwards = 0;
    for (int i = 0; i < READS; i++) {
        clock_gettime(CLOCK_MONOTONIC, &first);
        backwards += nanoseconds(&first) < nanoseconds(&last);
        last = first;
    }
    printf("backwards: %d\n", backwards);
    return 32;
}
