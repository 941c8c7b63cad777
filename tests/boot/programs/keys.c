/* Sets the terminal in several ways, and says what read, poll and ioctl make of what is typed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios cooked, raw;

static void settings(const char *name, struct termios *given)
{
    printf("%s: input %o output %o local %o min %d time %d erase %d\n", name,
           given->c_iflag & (ICRNL | INLCR | IGNCR), given->c_oflag & (OPOST | ONLCR),
           given->c_lflag & (ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL), given->c_cc[VMIN],
           given->c_cc[VTIME], given->c_cc[VERASE]);
}

static void set(int minimum, int time)
{
    raw.c_cc[VMIN] = minimum;
    raw.c_cc[VTIME] = time;
    tcsetattr(0, TCSADRAIN, &raw);
}

/* What newer C libraries ask: struct termios2 begins as struct termios of the kernel's, which
 * has 36 bytes, and ends with two speeds. */
static void settings2(void)
{
    unsigned one[11], two[11] = {0};
    int asked = ioctl(0, 0x5401, one), asked2 = ioctl(0, 0x802c542a, two);
    printf("termios2: %d %d, the same %d, speeds the same %d\n", asked, asked2,
           memcmp(one, two, 36) == 0, two[9] == two[10] && two[9] >= 9600);
    two[3] &= ~ECHO;
    printf("set: %d", ioctl(0, 0x402c542b, two));
    asked = ioctl(0, 0x5401, one);
    printf(", echo %d", one[3] & ECHO);
    two[3] |= ECHO;
    printf(", back: %d\n", ioctl(0, 0x402c542b, two));
}

static void read_keys(const char *name)
{
    unsigned char keys[16];
    ssize_t count = read(0, keys, sizeof keys);
    printf("%s: %zd", name, count < 0 ? -(ssize_t)errno : count);
    for (ssize_t key = 0; key < count; key++)
        printf(" %02x", keys[key]);
    printf("\n");
}

int main(void)
{
    struct pollfd keyboard = {0, POLLIN, 0};
    struct winsize window = {0};
    int waiting = -1;

    setvbuf(stdout, NULL, _IONBF, 0);
    printf("terminal %d, file %d\n", isatty(0), isatty(open("/proc/self/exe", O_RDONLY)));
    tcgetattr(0, &cooked);
    settings("cooked", &cooked);
    settings2();
    raw = cooked;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST;
    set(0, 0);
    tcgetattr(0, &raw);
    settings("raw", &raw);
    read_keys("nothing, no time");
    set(0, 1);
    read_keys("nothing, a tenth of a second");
    printf("poll: %d\n", poll(&keyboard, 1, 20));

    set(1, 0);
    printf("type one\n");
    printf("poll: %d, readable %d\n", poll(&keyboard, 1, -1), keyboard.revents & POLLIN);
    ioctl(0, FIONREAD, &waiting);
    printf("waiting: %d\n", waiting);
    read_keys("one");
    set(3, 0);
    printf("type three\n");
    read_keys("three");
    set(3, 5);
    printf("type two and no more\n");
    read_keys("two, and half a second");

    fcntl(0, F_SETFL, O_RDWR | O_NONBLOCK);
    read_keys("not to wait");
    fcntl(0, F_SETFL, O_RDWR);
    raw.c_lflag |= ICANON | ECHO;
    raw.c_iflag |= ICRNL;
    raw.c_cc[VERASE] = '#';
    tcsetattr(0, TCSAFLUSH, &raw);
    printf("type a line\n");
    read_keys("line");
    tcsetattr(0, TCSANOW, &cooked);
    window.ws_row = 25;
    window.ws_col = 80;
    printf("size: %d", ioctl(0, TIOCSWINSZ, &window));
    memset(&window, 0, sizeof window);
    printf(" %d", ioctl(0, TIOCGWINSZ, &window));
    printf(" %d x %d\n", window.ws_col, window.ws_row);
    return 0;
}
