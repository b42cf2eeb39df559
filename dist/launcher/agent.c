#include "launcher.h"

#define SOCKET setting("META_PLUGINS_SOCKET", "/run/meta-plugins/agent.sock")
char problem[512];

static enum outcome lost(int peer, enum outcome outcome, const char *why) {
    snprintf(problem, sizeof problem, "%s: %.300s", SOCKET, why);
    close(peer);
    return outcome;
}

int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

bool again(int fd, short events, int64_t deadline) {
    struct pollfd one = {.fd = fd, .events = events};
    while (errno == EAGAIN) {
        int64_t milliseconds = (deadline - now() + SECOND / 1000 - 1) / (SECOND / 1000);
        int ready = milliseconds <= 0 ? 0 : poll(&one, 1, milliseconds < INT32_MAX ? (int)milliseconds : INT32_MAX);
        if (ready > 0)
            return true;
        errno = ready == 0 ? ETIMEDOUT : errno == EINTR ? EAGAIN : errno;
    }
    return errno == EINTR;
}

/* An agent that refuses closes before it has read all; what it said by then is still to be read. */
static bool send_all(int peer, struct request *request, int64_t deadline) {
    struct { struct cmsghdr of; int fd; } rights = {.fd = request->netns};
    rights.of = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    struct iovec rest = {request, sizeof request->header + request->header.length};
    struct msghdr message = {.msg_iov = &rest, .msg_iovlen = 1, .msg_control = &rights};
    message.msg_controllen = request->netns >= 0 ? sizeof rights : 0;
    while (rest.iov_len > 0) {
        ssize_t sent = sendmsg(peer, &message, MSG_NOSIGNAL);
        if (sent < 0 && !again(peer, POLLOUT, deadline))
            return errno == EPIPE || errno == ECONNRESET;
        message.msg_controllen = sent > 0 ? 0 : message.msg_controllen;
        rest.iov_base = (char *)rest.iov_base + (sent > 0 ? sent : 0);
        rest.iov_len -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static bool receive(int peer, void *to, size_t length, int64_t deadline) {
    for (size_t received = 0; received < length;) {
        ssize_t more = recv(peer, (char *)to + received, length - received, 0);
        errno = more == 0 ? ECONNRESET : errno;
        if (more <= 0 && !again(peer, POLLIN, deadline))
            return false;
        received += more > 0 ? (size_t)more : 0;
    }
    return true;
}

/* The next attempt is in a version that the agent knows, if we know it too. */
static enum outcome refused(int peer, struct request *request, struct answer *got) {
    got->refused.text[got->header.length - 4] = '\0';
    uint16_t newest = got->refused.newest;
    if (got->refused.reason == UNKNOWN_VERSION)
        request->header.version = newest >= FRAMING_OLDEST && newest < FRAMING_NEWEST ? newest : FRAMING_NEWEST;
    else if (got->refused.reason != BUSY)
        fail(INTERNAL, "the agent refused the request: %s", got->refused.text);
    return lost(peer, AWAY, got->refused.text);
}

enum outcome ask(struct request *request, struct answer *got, int64_t deadline) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct header *header = &got->header;
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fits = (size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", SOCKET) < sizeof address.sun_path;
    errno = peer >= 0 ? ENAMETOOLONG : errno;
    if (peer < 0 || !fits || connect(peer, (struct sockaddr *)&address, sizeof address) != 0)
        return lost(peer, errno == ENOENT || errno == ENOTDIR || errno == EACCES ? ABSENT : AWAY, strerror(errno));
    if (!send_all(peer, request, deadline) || !receive(peer, header, sizeof *header, deadline))
        return lost(peer, AWAY, strerror(errno));
    bool ours = memcmp(header->magic, "MPLG", 4) == 0 && header->length <= LONGEST_ANSWER;
    if (ours && !receive(peer, &got->answer, header->length, deadline))
        return lost(peer, AWAY, strerror(errno));
    if (ours && header->kind == REFUSED && header->length >= 4)
        return refused(peer, request, got);
    bool answer = ours && header->kind == ANSWER && header->version == request->header.version && header->length >= 8;
    if (!answer || got->answer.out_length > header->length - 8)
        fail(IO_FAILURE, "what listens at %s is no agent: kind %u, %u bytes", SOCKET, header->kind, header->length);
    close(peer);
    return ANSWERED;
}

/* Written beside, then renamed: the agent sees all of a request or nothing, whenever the power fails. */
void spool(const struct request *request) {
    const char *directory = setting("META_PLUGINS_SPOOL", "/run/meta-plugins/spool");
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    char name[64], written[sizeof name + 16];
    snprintf(name, sizeof name, "%020lld-%d.request", (long long)(time.tv_sec * SECOND + time.tv_nsec), (int)getpid());
    snprintf(written, sizeof written, ".writing-%s", name);
    mkdir("/run/meta-plugins", 0700); /* This may be the first that a node hears of us. */
    mkdir(directory, 0700);
    int spool = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int file = spool < 0 ? -1 : openat(spool, written, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || !write_all(file, request, sizeof request->header + request->header.length) || fsync(file) != 0 ||
        close(file) != 0 || renameat(spool, written, spool, name) != 0 || fsync(spool) != 0) {
        int why = errno;
        unlinkat(spool, written, 0);
        fail(TRY_AGAIN, "no agent answers, and the request cannot be kept in %s: %s", directory, strerror(why));
    }
}
