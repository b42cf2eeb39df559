#include "launcher.h"

#include <sys/mman.h>

static struct request request;
static struct answer answer;
static size_t input;                                      /* where standard input starts in the request's body */
static char self[4000] = "/", own[sizeof self + 32]; /* this file, and what beside it needs no agent */
static const char *called, *real;

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

static int64_t duration(const char *name, int64_t otherwise)
{
    const char *text = setting(name, "");
    char *end;
    double seconds = strtod(text, &end);
    return end != text && *end == '\0' && seconds >= 0 && seconds < 1e6 ? (int64_t)(seconds * (double)SECOND) : otherwise;
}

static void find_names(const char *argument)
{
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 1] = '\0';
    called = base(argument);
    real = base(self);
    snprintf(own, sizeof own, "%.*smeta-plugins/exec", (int)(real - self), self);
}

static const char *plugin(void)
{
    static const char *const plugins[] = {"router", "veth", "tunnel", "tunnel-cni", "coordinator"};
    for (size_t index = 0; index < sizeof plugins / sizeof *plugins; index++) {
        if (strcmp(called, plugins[index]) == 0) {
            return called;
        }
    }
    return real;
}

/* Becomes a runtime for this one call. Returns if it cannot. */
static void execute_own(int argc, char **argv)
{
    char *words[argc + 3];
    words[0] = own;
    words[1] = (char *)called;
    words[2] = (char *)real;
    for (int index = 1; index <= argc; index++) {
        words[index + 2] = argv[index];
    }
    execv(own, words);
    fprintf(stderr, "%s: %s\n", own, strerror(errno));
}

/* What was read already is handed on as a file, which nobody need write to the end. */
static void rewind_input(void)
{
    int copy = memfd_create("stdin", MFD_CLOEXEC);
    if (!write_all(copy, request.body + input, request.header.length - input) || lseek(copy, 0, SEEK_SET) != 0 ||
        dup2(copy, STDIN_FILENO) != STDIN_FILENO) {
        fail(IO_FAILURE, "hand on standard input: %s", strerror(errno));
    }
}

/* Reads to the end; with a deadline only what is there by then and not still to be typed by a person. */
static size_t read_input(char *to, size_t size, int64_t deadline)
{
    bool patient = deadline == EVER;
    for (size_t length = 0;;) {
        errno = EAGAIN;
        if (length == size || (!patient && (isatty(STDIN_FILENO) || !again(STDIN_FILENO, POLLIN, deadline)))) {
            return length;
        }
        ssize_t more = read(STDIN_FILENO, to + length, size - length);
        if (more == 0 || (more < 0 && !patient && errno != EINTR)) {
            return length;
        }
        if (more < 0 && !again(STDIN_FILENO, POLLIN, deadline)) {
            fail(IO_FAILURE, "read standard input: %s", strerror(errno));
        }
        length += more > 0 ? (size_t)more : 0;
    }
}

static int tell_versions(bool person)
{
    char all[128] = "";
    for (int index = 0; index < VERSIONS; index++) {
        strcat(strcat(all, index == 0 ? "" : person ? ", " : "\",\""), cni_versions[index]);
    }
    if (person) {
        fprintf(stderr, "CNI %s plugin " VERSION " of meta-plugins\nCNI protocol versions supported: %s\n", plugin(), all);
        return 0;
    }
    size_t length = read_input(request.body, sizeof request.body, now() + SECOND);
    return dprintf(STDOUT_FILENO, "{\"cniVersion\":\"%s\",\"supportedVersions\":[\"%s\"]}\n",
                   cni_version(request.body, length), all) < 0;
}

static size_t put(size_t at, const char *string)
{
    size_t size = strlen(string) + 1;
    if (at + size <= LONGEST_STRINGS) {
        memcpy(request.body + at, string, size);
    }
    return at + size;
}

static void gather(void)
{
    static const char *const prefixes[] = {"CNI_", "TRACEPARENT=", "TRACESTATE=", "BAGGAGE="};
    size_t strings = put(put(0, called), real);
    for (char **entry = environ; *entry != NULL; entry++) {
        for (size_t index = 0; index < sizeof prefixes / sizeof *prefixes; index++) {
            bool wanted = strncmp(*entry, prefixes[index], strlen(prefixes[index])) == 0;
            strings = wanted ? put(strings, *entry) : strings;
        }
    }
    strings = put(strings, "");
    input = strings < LONGEST_STRINGS ? strings : LONGEST_STRINGS;
    size_t length = read_input(request.body + input, LONGEST_INPUT + 1, EVER);
    answered_in = cni_version(request.body + input, length);
    if (strings > LONGEST_STRINGS) {
        fail(BAD_ENVIRONMENT, "together they are longer than %d bytes", LONGEST_STRINGS);
    }
    if (length > LONGEST_INPUT) {
        fail(BAD_INPUT, "input is longer than %d bytes", LONGEST_INPUT);
    }
    request.header = (struct header){{'M', 'P', 'L', 'G'}, FRAMING_NEWEST, EXECUTE, (uint32_t)(input + length)};
    request.netns = open(setting("CNI_NETNS", ""), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Whether the agent has answered. It may be away while it starts anew, and comes back; without a socket it never was. */
static bool ask_patiently(bool may_do_without)
{
    int64_t wait = duration("META_PLUGINS_WAIT", 5 * SECOND);
    int64_t deadline = now() + duration("META_PLUGINS_TIMEOUT", 60 * SECOND);
    for (int64_t nap = MILLISECOND;; nap = nap < 25 * MILLISECOND ? 2 * nap : 50 * MILLISECOND) {
        enum outcome outcome = ask(&request, &answer, deadline);
        int64_t start = now();
        if (outcome == ANSWERED || (outcome == ABSENT && may_do_without) || wait <= 0 || start >= deadline) {
            return outcome == ANSWERED;
        }
        struct timespec time = {.tv_nsec = nap < wait ? nap : wait};
        nanosleep(&time, NULL);
        wait -= now() - start;
    }
}

static int print_answer(void)
{
    const struct answer *got = &answer;
    size_t out = got->answer.out_length, all = got->header.length - 8;
    write_all(STDERR_FILENO, got->answer.text + out, all - out);
    if (!write_all(STDOUT_FILENO, got->answer.text, out)) {
        fprintf(stderr, "write standard output: %s\n", strerror(errno));
        return 1;
    }
    return got->answer.status < 256 ? (int)got->answer.status : 1;
}

int main(int argc, char **argv)
{
    for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;) {
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* Else a socket might take the place of standard output. */
    }
    find_names(argc > 0 ? argv[0] : "");
    const char *verb = setting("CNI_COMMAND", "");
    if (argc > 1) {
        execute_own(argc, argv);
        return 1;
    }
    if (*verb == '\0' || strcmp(verb, "VERSION") == 0) {
        return tell_versions(*verb == '\0');
    }
    gather();
    bool may_do_without = access(own, X_OK) == 0;
    if (ask_patiently(may_do_without)) {
        return print_answer();
    }
    if (may_do_without) {
        rewind_input();
        execute_own(argc, argv);
    }
    if (strcmp(verb, "DEL") == 0 || strcmp(verb, "GC") == 0) {
        spool(&request);
        return 0;
    }
    if (strcmp(verb, "STATUS") == 0) {
        fail(NOT_AVAILABLE, "no agent answers: %s", problem);
    }
    if (strcmp(verb, "ADD") != 0 && strcmp(verb, "CHECK") != 0) {
        fail(BAD_ENVIRONMENT, "CNI_COMMAND='%s': want ADD, DEL, CHECK, STATUS, GC or VERSION", verb);
    }
    fail(TRY_AGAIN, "no agent answers: %s", problem);
}
