/*
 * drive ROUNDS WORKERS AGENT SCRIPT
 *     Runs what the script tells, and prints a line for each command that is timed:
 *     round,name,worker,wall ns,user+system ns of the process,the same of the agent,most memory in KiB,burst ns
 *     AGENT is the agent's process, or 0.
 * drive ready SOCKET COMMAND [ARGUMENT…]
 *     Starts the agent, and prints its process and the ns from there until its socket takes a connection.
 *
 * A line of the script is
 *     unit EVERY                                 what follows belongs together; in each EVERYth round
 *     time|served|do NAME INPUT [A=B…] /COMMAND…  one command; `time` it, and if `served` the agent has a share in it
 *     told NAME INPUT [A=B…] /COMMAND…           its output is its measurements, each a number of ns on a line of its own
 * The units of a round are run in an order drawn anew for it; the lines of a unit in theirs. Each line is run by all
 * workers at once, as a burst, and % in it is the number of the worker, from 1. A command is timed from before its vfork
 * until its output is read to the end and it has been waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 64, WORDS = 64, WORKERS = 64, TEXT = 8192 };

struct line {
    char kind[8];
    char name[32];
    char words[TEXT];
};

struct unit {
    int every, first, end;
};

struct sample {
    int64_t wall, cpu, memory;
    bool failed;
    char output[TEXT];
};

/* What the workers share with the process that leads them. */
struct shared {
    pthread_barrier_t start, end;
    int line; /* to run; negative to end */
    struct sample samples[WORKERS];
};

static struct line lines[LINES];
static struct unit units[LINES];
static int line_count, unit_count;
static struct shared *shared;
static pid_t leader;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
    if (leader != 0 && leader != getpid()) {
        kill(leader, SIGTERM); /* It waits for all workers. */
    }
    exit(1);
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Exact, and of all its threads; the ticks of /proc/PID/stat are longer than a request. */
static int64_t cpu_of(pid_t process)
{
    clockid_t clock;
    if (process == 0) {
        return 0;
    }
    errno = clock_getcpuclockid(process, &clock);
    if (errno != 0) {
        die("the agent has ended"); /* What answers in its place is not what is to be measured. */
    }
    return read_clock(clock);
}

/* The agent's time once it has done what it does after an answer. */
static int64_t settled_cpu_of(pid_t process)
{
    int64_t before, after = cpu_of(process);
    do {
        before = after;
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
        after = cpu_of(process);
    } while (after - before > 20000);
    return after;
}

static void read_script(const char *path)
{
    FILE *script = fopen(path, "r");
    char text[TEXT];
    while (script != NULL && fgets(text, sizeof text, script) != NULL) {
        int every, at = 0;
        struct line *line = &lines[line_count];
        if (sscanf(text, "unit %d", &every) == 1) {
            units[unit_count++] = (struct unit){every, line_count, line_count};
        } else if (sscanf(text, "%7s %31s %n", line->kind, line->name, &at) == 2 && unit_count > 0) {
            strcpy(line->words, text + at);
            units[unit_count - 1].end = ++line_count;
        }
        if (line_count == LINES || unit_count == LINES) {
            errno = E2BIG;
            break;
        }
    }
    if (script == NULL || errno == E2BIG) {
        die(path);
    }
    fclose(script);
}

/* A line's words for a worker: the input, then the environment, then the command. */
static void split(const struct line *line, int worker, char *room, char **words)
{
    int count = 0;
    bool inside = false;
    for (const char *from = line->words; *from != '\0'; from++) {
        bool space = *from == ' ' || *from == '\n';
        if (!space && !inside && count < WORDS - 1) {
            words[count++] = room;
        }
        inside = !space;
        room += *from == '%' ? sprintf(room, "%d", worker) : (*room = space ? '\0' : *from, 1);
    }
    *room = '\0';
    words[count] = NULL;
}

/* vfork, as the runtimes' languages do: the size of this process does not count. */
static pid_t spawn(int input, int output, char *const *command, char *const *environment)
{
    pid_t child = vfork();
    if (child == 0) {
        if (dup2(input, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2) {
            execve(*command, command, environment);
        }
        _exit(127);
    }
    return child;
}

static void run_timed(int number, int worker)
{
    static char room[2 * TEXT];
    static char *words[WORDS], *environment[WORDS + 1] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    struct sample *sample = &shared->samples[worker - 1];
    struct rusage usage;
    int status, pipes[2], variables = 0;
    size_t length = 0;
    ssize_t more;
    split(&lines[number], worker, room, words);
    char **command = words + 1;
    for (; *command != NULL && **command != '/'; command++) {
        environment[++variables] = *command;
    }
    environment[variables + 1] = NULL;
    int input = open(words[0], O_RDONLY | O_CLOEXEC);
    if (input < 0 || pipe2(pipes, O_CLOEXEC) != 0) {
        die(words[0]);
    }
    int64_t start = read_clock(CLOCK_MONOTONIC);
    pid_t child = spawn(input, pipes[1], command, environment);
    close(pipes[1]);
    while ((more = read(pipes[0], sample->output + length, sizeof sample->output - 1 - length)) > 0) {
        length += (size_t)more;
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        die("start a command");
    }
    sample->wall = read_clock(CLOCK_MONOTONIC) - start;
    close(pipes[0]);
    close(input);
    sample->output[length] = '\0';
    sample->cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
                  (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
    sample->memory = usage.ru_maxrss;
    sample->failed = status != 0;
}

static void work(int worker)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        pthread_barrier_wait(&shared->start);
        if (shared->line < 0) {
            _exit(0);
        }
        run_timed(shared->line, worker);
        pthread_barrier_wait(&shared->end);
    }
}

static void print_told(int round, const struct line *line, int worker, char *output)
{
    for (char *number = strtok(output, "\n"); number != NULL; number = strtok(NULL, "\n")) {
        printf("%d,%s,%d,%s,0,0,0,0\n", round, line->name, worker, number);
    }
}

static void run(int round, int number, int workers, pid_t agent)
{
    const struct line *line = &lines[number];
    bool served = strcmp(line->kind, "served") == 0;
    int64_t agent_cpu = served ? settled_cpu_of(agent) : 0;
    shared->line = number;
    pthread_barrier_wait(&shared->start);
    int64_t start = read_clock(CLOCK_MONOTONIC);
    pthread_barrier_wait(&shared->end);
    int64_t burst = read_clock(CLOCK_MONOTONIC) - start;
    agent_cpu = served ? settled_cpu_of(agent) - agent_cpu : 0;
    for (int worker = 1; worker <= workers; worker++) {
        struct sample *sample = &shared->samples[worker - 1];
        if (sample->failed) {
            fprintf(stderr, "drive: %s failed, in round %d: %s\n", line->name, round, sample->output);
            exit(1);
        }
        if (strcmp(line->kind, "told") == 0) {
            print_told(round, line, worker, sample->output);
        } else if (strcmp(line->kind, "do") != 0) {
            printf("%d,%s,%d,%lld,%lld,%lld,%lld,%lld\n", round, line->name, worker, (long long)sample->wall,
                   (long long)sample->cpu, (long long)agent_cpu / workers, (long long)sample->memory, (long long)burst);
        }
    }
}

/* Fisher and Yates, from a fixed seed: two runs have the same orders. */
static void shuffle(int *order)
{
    for (int last = unit_count - 1; last > 0; last--) {
        int other = (int)(random() % (last + 1)), one = order[last];
        order[last] = order[other];
        order[other] = one;
    }
}

static void drive(int rounds, int workers, pid_t agent)
{
    pthread_barrierattr_t between;
    int order[LINES];
    leader = getpid();
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_barrierattr_init(&between);
    pthread_barrierattr_setpshared(&between, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->start, &between, (unsigned)workers + 1);
    pthread_barrier_init(&shared->end, &between, (unsigned)workers + 1);
    for (int worker = 1; worker <= workers; worker++) {
        if (fork() == 0) {
            work(worker);
        }
    }
    for (int unit = 0; unit < unit_count; unit++) {
        order[unit] = unit;
    }
    for (int round = 1; round <= rounds; round++) {
        shuffle(order);
        for (int place = 0; place < unit_count; place++) {
            const struct unit *unit = &units[order[place]];
            for (int line = unit->first; line < unit->end && round % unit->every == 0; line++) {
                run(round, line, workers, agent);
            }
        }
    }
    shared->line = -1;
    pthread_barrier_wait(&shared->start);
}

static void wait_until_ready(const char *path, char **command)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int64_t start = read_clock(CLOCK_MONOTONIC);
    pid_t agent = fork();
    if (agent == 0) {
        int errors = open("agent.errors", O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(errors, 1);
        dup2(errors, 2);
        execv(command[0], command);
        _exit(127);
    }
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (connect(peer, (struct sockaddr *)&address, sizeof address) != 0) {
        if (waitpid(agent, NULL, WNOHANG) != 0) {
            die("the agent ended, see agent.errors");
        }
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    printf("%d %lld\n", (int)agent, (long long)(read_clock(CLOCK_MONOTONIC) - start));
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    if (argc > 3 && strcmp(argv[1], "ready") == 0) {
        wait_until_ready(argv[2], argv + 3);
        return 0;
    }
    int workers = argc == 5 ? atoi(argv[2]) : 0;
    if (workers < 1 || workers > WORKERS) {
        fprintf(stderr, "usage: drive ROUNDS WORKERS AGENT SCRIPT\n       drive ready SOCKET COMMAND [ARGUMENT…]\n");
        return 2;
    }
    read_script(argv[4]);
    srandom(1);
    drive(atoi(argv[1]), workers, atoi(argv[3]));
    while (wait(NULL) > 0) {
    }
    return 0;
}
