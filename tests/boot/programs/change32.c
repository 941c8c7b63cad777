/* execve from one width of program to the other and back: nothing of the first is left.
 * Both widths are made of this file. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    unsigned gs, fs, ds;
    __asm__("mov %%gs, %0\n mov %%fs, %1\n mov %%ds, %2" : "=r"(gs), "=r"(fs), "=r"(ds));
    printf("%s: %d bytes, gs %#x fs %#x ds %#x, %d left\n", argv[0], (int)sizeof(void *), gs, fs,
           ds, argc - 1);
    fflush(stdout);
    if (argc > 1) execv(argv[1], argv + 1);
    return argc > 1 ? 1 : 7;
}
