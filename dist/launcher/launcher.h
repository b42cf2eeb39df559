/* What a container runtime starts: it hands the request to the node's agent; docs/agent-protocol.md has the framing. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef FRAMING_NEWEST
#define FRAMING_NEWEST 1
#endif
#define FRAMING_OLDEST 1
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are little-endian");

enum { LONGEST_STRINGS = 128 << 10, LONGEST_INPUT = 1 << 20, LONGEST_ANSWER = 4 << 20 };
enum { EXECUTE = 1, ANSWER = 2, REFUSED = 3, /* its reasons */ UNKNOWN_VERSION = 1, BUSY = 2 };
struct header {
    char magic[4];
    uint16_t version, kind;
    uint32_t length; /* of the body */
};

/* A frame to send, with room for a byte more than it may have, so that too long an input shows. */
struct request {
    struct header header;
    char body[LONGEST_STRINGS + LONGEST_INPUT + 1];
    int netns; /* the descriptor that goes with it, or -1 */
};

struct answer {
    struct header header;
    union {
        struct { uint32_t status, out_length; char text[LONGEST_ANSWER]; } answer;
        struct { uint16_t reason, newest; char text[LONGEST_ANSWER]; } refused;
    };
};

/* One attempt. ABSENT: there is no socket, so that no agent is about to come back to it. */
enum outcome { ANSWERED, AWAY, ABSENT };
enum outcome ask(struct request *request, struct answer *answer, int64_t deadline);
extern char problem[512]; /* why it is AWAY or ABSENT */

/* Keeps the request for the agent to carry out when it is back, or fails. */
void spool(const struct request *request);

/* "cniVersion" of the outermost object if it is one of ours, else our newest. */
const char *cni_version(const char *input, size_t length);
#define NEWEST "1.1.0"
#define CNI_VERSIONS(between) \
    "0.1.0" between "0.2.0" between "0.3.0" between "0.3.1" between "0.4.0" between "1.0.0" between NEWEST

/* Prints the one error, in that version; SPEC.md section 5 "Error" has the codes and what they mean. */
__attribute__((format(printf, 3, 4))) _Noreturn void fail(int code, const char *message, const char *details, ...);
extern const char *answered_in;
#define BAD_ENVIRONMENT 4, "invalid environment variables"
#define IO_FAILURE 5, "I/O failure"
#define BAD_INPUT 6, "failed to decode content"
#define TRY_AGAIN 11, "try again later"
#define NOT_AVAILABLE 50, "plugin is not available"
#define INTERNAL 999, "internal error"

/* Of the environment, unless they are empty or no number. Times are the monotonic clock's nanoseconds. */
const char *setting(const char *name, const char *otherwise);
int64_t duration(const char *name, double seconds);
#define SECOND INT64_C(1000000000)
int64_t now(void);
bool again(int fd, short events, int64_t deadline); /* waits; whether what has just set errno can be repeated */
bool write_all(int fd, const void *bytes, size_t length);
