// confine FAMILIES COMMAND…: executes a command under the filters of system calls that systemd makes of
// RestrictAddressFamilies=, RestrictNamespaces=net and SystemCallFilter= (systemd.exec(5)). The calls that the last one lets
// through are those of allowed.h, which is made of systemd's own sets.
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OTHER_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWTIME)

static const struct { const char *name; unsigned number; } families[] = {
    {"AF_UNIX", AF_UNIX}, {"AF_INET", AF_INET}, {"AF_INET6", AF_INET6}, {"AF_NETLINK", AF_NETLINK}, {"AF_PACKET", AF_PACKET},
};
static const unsigned allowed[] = {
#include "allowed.h"
};

static struct sock_filter filter[BPF_MAXINSNS];
static unsigned short length;

static void put(unsigned short code, unsigned value, unsigned char yes, unsigned char no) {
    filter[length++] = (struct sock_filter){code, yes, no, value};
}
static void load(size_t offset) { put(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0); }
static void end(unsigned action) { put(BPF_RET | BPF_K, action, 0, 0); }
static void refuse(unsigned error) { end(SECCOMP_RET_ERRNO | error); }

// Has a call refused whose argument has one of the bits, and setns(2) that does not say what it enters.
static void no_other_namespaces(unsigned call, int argument, int zero_too) {
    load(offsetof(struct seccomp_data, nr));
    put(BPF_JMP | BPF_JEQ | BPF_K, call, 0, (unsigned char)(zero_too ? 5 : 3));
    load(offsetof(struct seccomp_data, args[argument]));
    if (zero_too) {
        put(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
        refuse(EPERM);
    }
    put(BPF_JMP | BPF_JSET | BPF_K, OTHER_NAMESPACES, 0, 1);
    refuse(EPERM);
}

static void only_families(char *names) {
    size_t start = length + 1u;
    load(offsetof(struct seccomp_data, nr));
    put(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 0);
    load(offsetof(struct seccomp_data, args[0]));
    for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
        size_t each = 0;
        while (each < sizeof families / sizeof *families && strcmp(families[each].name, name)) each++;
        if (each == sizeof families / sizeof *families) {
            fprintf(stderr, "confine: no family is called %s\n", name);
            exit(1);
        }
        put(BPF_JMP | BPF_JEQ | BPF_K, families[each].number, 0, 1);
        end(SECCOMP_RET_ALLOW);
    }
    refuse(EAFNOSUPPORT);
    filter[start].jf = (unsigned char)(length - start - 1);
}

int main(int count, char **arguments) {
    if (count < 3) return 1;
    no_other_namespaces(SYS_setns, 1, 1);
    no_other_namespaces(SYS_unshare, 0, 0);
    no_other_namespaces(SYS_clone, 0, 0);
    only_families(arguments[1]);
    load(offsetof(struct seccomp_data, nr));
    // Its flags are in memory, where no filter looks: the C library then makes do with clone(2).
    put(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    refuse(ENOSYS);
    for (size_t each = 0; each < sizeof allowed / sizeof *allowed; each++) {
        put(BPF_JMP | BPF_JEQ | BPF_K, allowed[each], 0, 1);
        end(SECCOMP_RET_ALLOW);
    }
    refuse(EPERM);
    struct sock_fprog program = {length, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("confine");
        return 1;
    }
    execv(arguments[2], arguments + 2);
    perror(arguments[2]);
    return 1;
}
