#include "launcher.h"

static struct request request;
static struct answer answer;
static size_t input;                                 /* where standard input starts in the request's body */
static char self[4000] = "/", own[sizeof self + 32]; /* this file, and what does without an agent, if it lies beside */
static const char *called, *real;

static void find_names(const char *argument) {
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 1] = '\0';
    real = strrchr(self, '/') + 1;
    called = strrchr(argument, '/') == NULL ? argument : strrchr(argument, '/') + 1;
    snprintf(own, sizeof own, "%.*smeta-plugins/exec", (int)(real - self), self);
}

static const char *plugin(void) {
    char word[32];
    snprintf(word, sizeof word, " %s ", called);
    return strstr(" router veth tunnel tunnel-cni coordinator ", word) != NULL ? called : real;
}

/* Becomes a runtime for this one call. Gives the status to end with if it cannot. */
static int execute_own(int argc, char **argv) {
    char *words[argc + 3];
    memcpy(words, (char *[]){own, (char *)called, (char *)real}, 3 * sizeof *words);
    memcpy(words + 3, argv + 1, (size_t)argc * sizeof *words);
    execv(own, words);
    return fprintf(stderr, "%s: %s\n", own, strerror(errno)) != 0;
}

/* What was read already is handed on as a file, which nobody need write to the end. */
static void rewind_input(void) {
    int copy = memfd_create("stdin", MFD_CLOEXEC);
    if (!write_all(copy, request.body + input, request.header.length - input) || lseek(copy, 0, SEEK_SET) != 0 ||
        dup2(copy, STDIN_FILENO) != STDIN_FILENO)
        fail(IO_FAILURE, "hand on standard input: %s", strerror(errno));
}

/* Reads to the end, or what is there by the deadline. */
static size_t read_input(char *to, size_t size, int64_t deadline) {
    size_t length = 0;
    for (ssize_t more = 1; more != 0 && length < size; length += more > 0 ? (size_t)more : 0) {
        errno = EAGAIN;
        if (deadline != INT64_MAX && !again(STDIN_FILENO, POLLIN, deadline))
            break;
        more = read(STDIN_FILENO, to + length, size - length);
        if (more < 0 && !again(STDIN_FILENO, POLLIN, deadline))
            fail(IO_FAILURE, "read standard input: %s", strerror(errno));
    }
    return length;
}

static int tell_versions(bool person) {
    if (person)
        return fprintf(stderr, "CNI %s plugin " VERSION " of meta-plugins\n"
                       "CNI protocol versions supported: " CNI_VERSIONS(", ") "\n", plugin()) < 0;
    size_t length = isatty(STDIN_FILENO) ? 0 : read_input(request.body, sizeof request.body, now() + SECOND);
    static const char answer[] = "{\"cniVersion\":\"%s\",\"supportedVersions\":[\"" CNI_VERSIONS("\",\"") "\"]}\n";
    char text[sizeof answer + sizeof NEWEST];
    int size = snprintf(text, sizeof text, answer, cni_version(request.body, length));
    return !write_all(STDOUT_FILENO, text, (size_t)size);
}

static size_t put(size_t at, const char *string) {
    size_t size = strlen(string) + 1;
    if (at + size <= LONGEST_STRINGS)
        memcpy(request.body + at, string, size);
    return at + size;
}

static void gather(void) {
    static const char *const prefixes[] = {"CNI_", "TRACEPARENT=", "TRACESTATE=", "BAGGAGE="};
    size_t strings = put(put(0, called), real);
    for (char **entry = environ; *entry != NULL; entry++)
        for (int index = 0; index < 4; index++)
            if (strncmp(*entry, prefixes[index], strlen(prefixes[index])) == 0)
                strings = put(strings, *entry);
    strings = put(strings, "");
    input = strings < LONGEST_STRINGS ? strings : LONGEST_STRINGS;
    size_t length = read_input(request.body + input, LONGEST_INPUT + 1, INT64_MAX);
    answered_in = cni_version(request.body + input, length);
    if (strings > LONGEST_STRINGS)
        fail(BAD_ENVIRONMENT, "together they are longer than %d bytes", LONGEST_STRINGS);
    if (length > LONGEST_INPUT)
        fail(BAD_INPUT, "input is longer than %d bytes", LONGEST_INPUT);
    request.header = (struct header){{'M', 'P', 'L', 'G'}, FRAMING_NEWEST, EXECUTE, (uint32_t)(input + length)};
    request.netns = open(setting("CNI_NETNS", ""), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (request.netns < 0 && errno != ENOENT && errno != ENOTDIR && errno != ESRCH && errno != ENXIO)
        fail(TRY_AGAIN, "CNI_NETNS='%s' may be there, but: %s", setting("CNI_NETNS", ""), strerror(errno));
}

/* Whether the agent answered. It may be away while it starts anew; where there is no socket, it may never come. */
static bool ask_patiently(bool may_do_without) {
    int64_t wait = duration("META_PLUGINS_WAIT", 5);
    int64_t deadline = now() + duration("META_PLUGINS_TIMEOUT", 60);
    for (int64_t nap = SECOND / 1000;; nap = nap < SECOND / 40 ? 2 * nap : SECOND / 20) {
        enum outcome outcome = ask(&request, &answer, deadline);
        int64_t start = now();
        if (outcome == ANSWERED || (outcome == ABSENT && may_do_without) || wait <= 0 || start >= deadline)
            return outcome == ANSWERED;
        struct timespec time = {.tv_nsec = nap < wait ? nap : wait};
        nanosleep(&time, NULL);
        wait -= now() - start;
    }
}

static int print_answer(void) {
    size_t out = answer.answer.out_length, all = answer.header.length - 8;
    bool printed = write_all(STDOUT_FILENO, answer.answer.text, out);
    if (!printed)
        fprintf(stderr, "write standard output: %s\n", strerror(errno));
    write_all(STDERR_FILENO, answer.answer.text + out, all - out);
    return printed && answer.answer.status < 256 ? (int)answer.answer.status : 1;
}

int main(int argc, char **argv) {
    for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;)
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* Else a socket might take the place of standard output. */
    if (argc == 0)
        return 1;
    const char *verb = setting("CNI_COMMAND", "");
    find_names(argv[0]);
    if (argc > 1)
        return execute_own(argc, argv);
    if (*verb == '\0' || strcmp(verb, "VERSION") == 0)
        return tell_versions(*verb == '\0');
    gather();
    bool may_do_without = access(own, X_OK) == 0;
    if (ask_patiently(may_do_without))
        return print_answer();
    if (may_do_without) {
        rewind_input();
        execute_own(argc, argv);
    }
    if (strcmp(verb, "STATUS") == 0)
        fail(NOT_AVAILABLE, "no agent answers: %s", problem);
    if (strcmp(verb, "ADD") == 0 || strcmp(verb, "CHECK") == 0)
        fail(TRY_AGAIN, "no agent answers: %s", problem);
    if (strcmp(verb, "DEL") != 0 && strcmp(verb, "GC") != 0)
        fail(BAD_ENVIRONMENT, "CNI_COMMAND='%s': want ADD, DEL, CHECK, STATUS, GC or VERSION", verb);
    spool(&request);
    return 0;
}
