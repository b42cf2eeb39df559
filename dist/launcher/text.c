#include "launcher.h"

#include <stdarg.h>

#define NEWEST "1.1.0"
const char *cni_versions[VERSIONS] = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", NEWEST}, *answered_in = NEWEST;

/* Finds the next token, as far as they matter: a string from quote to quote, or one character. Gives its end. */
static const char *token(const char **at, const char *end)
{
    while (*at < end && (**at == ' ' || **at == '\t' || **at == '\r' || **at == '\n')) {
        ++*at;
    }
    const char *last = *at;
    if (last < end && *last == '"') {
        for (last++; last < end && *last != '"'; last++) {
            last += *last == '\\';
        }
    }
    return last < end ? last + 1 : end;
}

static bool is(const char *word, const char *at, const char *end)
{
    return (size_t)(end - at) == strlen(word) + 2 && memcmp(at + 1, word, strlen(word)) == 0;
}

const char *cni_version(const char *input, size_t length)
{
    const char *end = input + length, *key = input, *key_end = input;
    int depth = 0;
    for (const char *at = input, *next; next = token(&at, end), at < end; at = next) {
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        if (depth == 1 && *at == ':' && is("cniVersion", key, key_end)) {
            const char *value = next, *value_end = token(&value, end);
            for (size_t index = 0; index < VERSIONS; index++) {
                if (is(cni_versions[index], value, value_end)) {
                    return cni_versions[index];
                }
            }
        }
        key = at;
        key_end = next;
    }
    return NEWEST;
}

_Noreturn void fail(int code, const char *message, const char *details, ...)
{
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
    int length = snprintf(error, sizeof error, "{\"cniVersion\":\"%s\",\"code\":%d,\"msg\":\"%s\",\"details\":\"%s\"}\n",
                          answered_in, code, message, escaped);
    write_all(STDOUT_FILENO, error, (size_t)length);
    exit(1);
}

bool write_all(int fd, const void *bytes, size_t length)
{
    for (const char *at = bytes, *end = at + length; at < end;) {
        ssize_t written = write(fd, at, (size_t)(end - at));
        if (written < 0 && !again(fd, POLLOUT, EVER)) {
            return false;
        }
        at += written > 0 ? written : 0;
    }
    return true;
}
