/* Linked to a program, it makes a signal arrive five thousand times a second, and each system call that waits fail with EINTR. */
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static void nothing(int signal) {
    (void)signal;
}

__attribute__((constructor)) static void begin(void) {
    struct sigaction action = {.sa_handler = nothing};
    struct itimerval often = {{0, 200}, {0, 200}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
}
