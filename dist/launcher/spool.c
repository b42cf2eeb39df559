#include "launcher.h"

#include <sys/stat.h>

static const char *directory;
static char written[64] = ".writing-";

static _Noreturn void give_up(int spool)
{
    int why = errno;
    unlinkat(spool, written, 0);
    fail(TRY_AGAIN, "no agent answers, and the request cannot be kept for it in %s: %s", directory, strerror(why));
}

/* The directory, and the one around it, for this may be the first of a node's life. */
static int open_directory(void)
{
    char parent[4096];
    snprintf(parent, sizeof parent, "%.*s", (int)(strrchr(directory, '/') - directory), directory);
    (void)mkdir(parent, 0755);
    (void)mkdir(directory, 0700);
    return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Written beside, then renamed: the agent sees all of a request or nothing, whenever the power fails. */
void spool(const struct request *request)
{
    directory = setting("META_PLUGINS_SPOOL", "/run/meta-plugins/spool");
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    char *name = written + strlen(written);
    snprintf(name, 48, "%020lld-%d.request", (long long)time.tv_sec * SECOND + time.tv_nsec, (int)getpid());
    int spool = open_directory();
    int file = openat(spool, written, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || !write_all(file, request, sizeof request->header + request->header.length) || fsync(file) != 0 ||
        close(file) != 0 || renameat(spool, written, spool, name) != 0 || fsync(spool) != 0) {
        give_up(spool);
    }
}
