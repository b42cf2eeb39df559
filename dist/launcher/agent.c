#include "launcher.h"

#include <sys/socket.h>
#include <sys/un.h>

enum { UNKNOWN_VERSION = 1, BUSY = 2 };

char problem[512];

static const char *path(void)
{
    return setting("META_PLUGINS_SOCKET", "/run/meta-plugins/agent.sock");
}

static enum outcome lost(int peer, enum outcome outcome, const char *why)
{
    snprintf(problem, sizeof problem, "%s: %s", path(), why);
    close(peer);
    return outcome;
}

int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

bool again(int fd, short events, int64_t deadline)
{
    struct pollfd one = {.fd = fd, .events = events};
    while (errno == EAGAIN) {
        int64_t left = (deadline - now() + MILLISECOND - 1) / MILLISECOND;
        int ready = left <= 0 ? 0 : poll(&one, 1, left < INT32_MAX ? (int)left : INT32_MAX);
        if (ready > 0) {
            return true;
        }
        errno = ready == 0 ? ETIMEDOUT : errno == EINTR ? EAGAIN : errno;
    }
    return errno == EINTR;
}

static ssize_t send_from(size_t sent, size_t length, const struct request *request, int peer)
{
    struct iovec rest = {.iov_base = (char *)request + sent, .iov_len = length - sent};
    struct msghdr message = {.msg_iov = &rest, .msg_iovlen = 1};
    _Alignas(struct cmsghdr) char rights[CMSG_SPACE(sizeof(int))] = {0};
    if (sent == 0 && request->netns >= 0) {
        message.msg_control = rights;
        message.msg_controllen = sizeof rights;
        struct cmsghdr *control = CMSG_FIRSTHDR(&message);
        control->cmsg_level = SOL_SOCKET;
        control->cmsg_type = SCM_RIGHTS;
        control->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(control), &request->netns, sizeof(int));
    }
    return sendmsg(peer, &message, MSG_NOSIGNAL);
}

static bool send_all(int peer, const struct request *request, int64_t deadline)
{
    for (size_t sent = 0, length = sizeof request->header + request->header.length; sent < length;) {
        ssize_t more = send_from(sent, length, request, peer);
        if (more >= 0) {
            sent += (size_t)more;
        } else if (!again(peer, POLLOUT, deadline)) {
            /* An agent that refuses closes before it has read all; what it said is still to be read. */
            return errno == EPIPE || errno == ECONNRESET;
        }
    }
    return true;
}

static bool receive(int peer, void *to, size_t length, int64_t deadline)
{
    for (size_t received = 0; received < length;) {
        ssize_t more = recv(peer, (char *)to + received, length - received, 0);
        if (more > 0) {
            received += (size_t)more;
        } else if (more == 0) {
            errno = ECONNRESET;
            return false;
        } else if (!again(peer, POLLIN, deadline)) {
            return false;
        }
    }
    return true;
}

/* The next attempt is in a version that the agent knows, if we do. */
static enum outcome refused(int peer, struct request *request, const struct answer *got)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)(got->header.length - 4), got->refused.text);
    if (got->refused.reason == UNKNOWN_VERSION) {
        uint16_t newest = got->refused.newest;
        bool older = newest >= FRAMING_OLDEST && newest < request->header.version;
        request->header.version = older ? newest : FRAMING_NEWEST;
        return lost(peer, AWAY, "the agent knows no version of the framing that is known here");
    }
    if (got->refused.reason != BUSY) {
        fail(INTERNAL, "the agent refused the request: %s", text);
    }
    return lost(peer, AWAY, text);
}

enum outcome ask(struct request *request, struct answer *got, int64_t deadline)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = sizeof address.sun_path;
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fits = (size_t)snprintf(address.sun_path, size, "%s", path()) < size;
    if (peer < 0 || !fits || connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        bool absent = !fits || errno == ENOENT || errno == ENOTDIR || errno == EACCES;
        return lost(peer, absent ? ABSENT : AWAY, fits ? strerror(errno) : "too long for a socket");
    }
    struct header *header = &got->header;
    if (!send_all(peer, request, deadline) || !receive(peer, header, sizeof *header, deadline)) {
        return lost(peer, AWAY, strerror(errno));
    }
    bool ours = memcmp(header->magic, request->header.magic, sizeof header->magic) == 0 && header->length <= LONGEST_ANSWER;
    if (ours && !receive(peer, &got->answer, header->length, deadline)) {
        return lost(peer, AWAY, strerror(errno));
    }
    if (ours && header->kind == REFUSED && header->length >= 4) {
        return refused(peer, request, got);
    }
    bool answer = ours && header->kind == ANSWER && header->version == request->header.version;
    if (!answer || header->length < 8 || got->answer.out_length > header->length - 8) {
        fail(IO_FAILURE, "what listens at %s is no agent: it sent version %u, kind %u, %u bytes", path(), header->version,
             header->kind, header->length);
    }
    close(peer);
    return ANSWERED;
}
