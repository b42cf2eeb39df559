#include "launcher.h"

const char *answered_in = NEWEST;

const char *setting(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

int64_t duration(const char *name, double seconds) {
    const char *text = setting(name, "");
    char *end;
    double set = strtod(text, &end);
    return (int64_t)((end != text && *end == '\0' && set >= 0 && set < 1e6 ? set : seconds) * (double)SECOND);
}

bool write_all(int fd, const void *bytes, size_t length) {
    for (const char *at = bytes, *end = at + length; at < end;) {
        ssize_t written = write(fd, at, (size_t)(end - at));
        if (written < 0 && !again(fd, POLLOUT, INT64_MAX))
            return false;
        at += written > 0 ? written : 0;
    }
    return true;
}

/* Finds the next token, as far as they matter: a string from quote to quote, or one character. Gives its end. */
static const char *token(const char **at, const char *end) {
    while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r' || **at == '\n'))
        ++*at;
    const char *last = *at;
    if (last < end && *last == '"')
        for (last++; last < end && *last != '"'; last++)
            last += *last == '\\';
    return last < end ? last + 1 : end;
}

const char *cni_version(const char *input, size_t length) {
    static const char known[] = "\"" CNI_VERSIONS("\"\"") "\"";
    static char version[sizeof NEWEST];
    const char *end = input + length, *before = input, *next;
    int depth = 0;
    for (const char *at = input; next = token(&at, end), at < end; before = at, at = next) {
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        const char *value = next, *behind = *at == ':' && depth == 1 ? token(&value, end) : next;
        bool one = behind - value == sizeof NEWEST + 1 && memmem(known, sizeof known, value, sizeof NEWEST + 1) != NULL;
        if (one && at - before >= 12 && memcmp(before, "\"cniVersion\"", 12) == 0)
            return memcpy(version, value + 1, sizeof NEWEST - 1);
    }
    return NEWEST;
}

_Noreturn void fail(int code, const char *message, const char *details, ...) {
    char plain[1024], escaped[6 * sizeof plain] = "", error[sizeof escaped + 128], *to = escaped;
    va_list arguments;
    va_start(arguments, details);
    vsnprintf(plain, sizeof plain, details, arguments);
    va_end(arguments);
    for (const unsigned char *from = (unsigned char *)plain; *from != '\0'; from++) {
        bool literal = *from >= ' ' && *from < 0x7f && *from != '"' && *from != '\\';
        /* Nobody has promised that the rest is UTF-8. */
        to += sprintf(to, literal ? "%c" : *from < 0x80 ? "\\u%04x" : "?", *from);
    }
    int length = sprintf(error, "{\"cniVersion\":\"%s\",\"code\":%d,\"msg\":\"%s\",\"details\":\"%s\"}\n", answered_in,
                         code, message, escaped);
    write_all(STDOUT_FILENO, error, (size_t)length);
    exit(1);
}
