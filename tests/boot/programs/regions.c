/* Changes the mappings of an arena at random, and looks at what its pages are then.
 *
 * Its arguments are a seed and the number of changes.  The same seed gives the same
 * changes.  What is seen goes into a sum, of which a line is printed now and then: two kernels that
 * agree print the same lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 48, LINES = 20 };

static uint64_t state, sum;

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % limit;
}

static void add(uint64_t value)
{
    sum = (sum ^ value) * 1099511628211u;
}

/* A number no smaller than -4095 is an error, as the kernel returns it. */
static long call(long number, long a, long b, long c, long d, long e)
{
    long result = syscall(number, a, b, c, d, e, 0);
    return result == -1 ? -errno : result;
}

/* What may be done with a page, found out without a signal. */
static void look(char *page)
{
    uint64_t kept;
    /* rt_sigprocmask reads its second argument before it looks at the first, which is nonsense. */
    if (call(SYS_rt_sigprocmask, 99, (long)page, 0, 8, 0) == -EFAULT) {
        add(1);
        return;
    }
    kept = *(volatile uint64_t *)page;
    add(kept);
    if (call(SYS_getrandom, (long)page, 1, 0, 0, 0) == 1) {
        *(volatile uint64_t *)page = kept + 1;
        add(2);
    }
}

int main(int count, char **arguments)
{
    int changes, file = open("/proc/self/exe", O_RDONLY);
    char *arena = mmap(0, PAGES * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (count != 3 || file < 0 || arena == MAP_FAILED)
        return 1;
    state = strtoul(arguments[1], 0, 10);
    changes = atoi(arguments[2]);
    for (int change = 1; change <= changes; change++) {
        char *start = arena + below(PAGES) * PAGE + (below(20) ? 0 : 1);
        long size = (long)(below(8) + (below(20) ? 1 : 0)) * PAGE - (below(4) ? 0 : 5);
        int rights = (int)below(8);
        long result;
        if (rights == PROT_EXEC) /* with protection keys Linux makes that unreadable */
            rights = PROT_NONE;
        if (start + size > arena + PAGES * PAGE)
            size = arena + PAGES * PAGE - start;
        switch (below(6)) {
        case 0:
            result = (long)mmap(start, size, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
            break;
        case 1:
            result = (long)mmap(start, size, rights, MAP_PRIVATE | MAP_FIXED, file, below(4) * PAGE);
            break;
        case 2:
            result = (long)mmap(start, size, rights, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                                -1, 0);
            break;
        case 3:
            result = munmap(start, size);
            break;
        case 4:
            result = mprotect(start, size, rights);
            break;
        default:
            result = madvise(start, size, below(2) ? MADV_DONTNEED : MADV_NORMAL);
        }
        add(result == -1 ? (uint64_t)errno : result == 0 ? 0 : (uint64_t)((char *)result - arena));
        for (int looks = 0; looks < 4; looks++)
            look(arena + below(PAGES) * PAGE);
        if (change % (changes / LINES) == 0)
            printf("%5d %016llx\n", change, (unsigned long long)sum);
    }
    for (int page = 0; page < PAGES; page++) /* so that nothing lies in the way of the end */
        look(arena + page * PAGE);
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
