/*
 * floor add|del, floor loop TIMES: what the kernel does for an ADD of router to the documented pod, with nothing around it.
 * `loop` does ADD and DEL so many times, and prints the ns of each ADD.
 *
 * ADD opens a socket of NETLINK_ROUTE on the node and, by setns, one in the pod, with the options that the agent sets. It
 * reads what router reads, each thing once:
 *     pod   links, addresses, routes and rules; neighbours of eth0
 *     node  addresses, eth0 itself, rules; the pod's end on the node, its neighbours, routes of table 500
 * and writes what router writes, a message each, in two batches of which the last is acknowledged:
 *     pod   rp_filter of eth0 and net1                                                     2 RTM_SETLINK
 *           the node as a permanent neighbour                                              1 RTM_NEWNEIGH
 *           main, table 100, table 101; rules; main's default route by eth0                8 RTM_NEWROUTE, 4 RTM_NEWRULE,
 *                                                                                          1 RTM_DELROUTE
 *     node  rp_filter of the pod's end                                                     1 RTM_SETLINK
 *           the pod as a permanent neighbour, its route in table 500                       1 RTM_NEWNEIGH, 1 RTM_NEWROUTE
 * DEL, which is not timed in a loop, takes all of that back. What an answer says is not looked at but for errors and MAC
 * addresses. The node's rule for table 500 stays for all pods, so it is not among what an ADD writes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define OVERLAY "10.244.181.69"
#define UNDERLAY "172.18.24.120"
#define SUBNET "172.18.0.0"
#define GATEWAY "172.18.0.1"
#define NODE "172.18.0.2"
#define LINK_LOCAL "169.254.1.1"
enum { OURS = 199, MAIN = RT_TABLE_MAIN, NODES_TABLE = 500 };
enum { CREATE = NLM_F_CREATE | NLM_F_EXCL, APPEND = NLM_F_CREATE | NLM_F_APPEND };

struct mac {
    unsigned char bytes[6];
};

static char out[4096], in[32768];
static size_t length; /* of out */
static struct nlmsghdr *last;
static int node_socket, pod_socket;
static int node_eth0, cali, eth0, net1; /* their indices; those of the pod are told by the dump of its links */
static struct mac cali_mac, eth0_mac;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void begin(int type, int flags, const void *body, size_t size)
{
    last = (struct nlmsghdr *)(out + length);
    *last = (struct nlmsghdr){.nlmsg_len = (uint32_t)NLMSG_LENGTH(size), .nlmsg_type = (uint16_t)type};
    last->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    memcpy(NLMSG_DATA(last), body, size);
    length += NLMSG_ALIGN(last->nlmsg_len);
}

static void attribute(int type, const void *value, size_t size)
{
    struct rtattr *attribute = (struct rtattr *)(out + length);
    *attribute = (struct rtattr){.rta_len = (unsigned short)RTA_LENGTH(size), .rta_type = (unsigned short)type};
    memcpy(RTA_DATA(attribute), value, size);
    length += RTA_ALIGN(attribute->rta_len);
    last->nlmsg_len = (uint32_t)(out + length - (char *)last);
}

static void number(int type, int value)
{
    attribute(type, &value, sizeof value);
}

static void address(int type, const char *text)
{
    struct in_addr address;
    if (text != NULL) {
        inet_pton(AF_INET, text, &address);
        attribute(type, &address, sizeof address);
    }
}

/* The MAC address, and the name as an index, of each link that is told of. */
static void note(const struct nlmsghdr *message)
{
    const struct ifinfomsg *link = NLMSG_DATA(message);
    int rest = (int)IFLA_PAYLOAD(message), *index = NULL;
    struct mac mac = {0};
    for (struct rtattr *at = IFLA_RTA(link); RTA_OK(at, rest); at = RTA_NEXT(at, rest)) {
        if (at->rta_type == IFLA_IFNAME) {
            const char *name = RTA_DATA(at);
            index = strcmp(name, "eth0") == 0 ? &eth0 : strcmp(name, "net1") == 0 ? &net1 : &cali;
        } else if (at->rta_type == IFLA_ADDRESS && RTA_PAYLOAD(at) == sizeof mac) {
            memcpy(&mac, RTA_DATA(at), sizeof mac);
        }
    }
    if (index == &eth0) {
        eth0_mac = mac;
    } else if (index == &cali) {
        cali_mac = mac;
    }
    if (index != NULL && index != &cali) {
        *index = link->ifi_index;
    }
}

/* Sends what was begun, and receives all that the kernel says to its last message. */
static void exchange(int socket, int noting)
{
    int read = last->nlmsg_type % 4 == 2; /* RTM_GET… */
    int dump = read && (last->nlmsg_flags & NLM_F_DUMP) != 0;
    last->nlmsg_flags |= read ? 0 : NLM_F_ACK;
    if (send(socket, out, length, 0) != (ssize_t)length) {
        die("send");
    }
    length = 0;
    for (int done = 0; !done;) {
        ssize_t size = recv(socket, in, sizeof in, MSG_TRUNC);
        if (size <= 0) {
            die("receive");
        }
        int rest = (int)size;
        for (struct nlmsghdr *at = (struct nlmsghdr *)in; NLMSG_OK(at, rest); at = NLMSG_NEXT(at, rest)) {
            if (at->nlmsg_type == NLMSG_ERROR && *(int *)NLMSG_DATA(at) != 0) {
                errno = -*(int *)NLMSG_DATA(at);
                die("the kernel refused");
            }
            if (at->nlmsg_type == RTM_NEWLINK && noting) {
                note(at);
            }
            done = !dump || at->nlmsg_type == NLMSG_DONE;
        }
    }
}

static void dump(int type, size_t size)
{
    char body[16] = {0};
    body[0] = type == RTM_GETLINK || type == RTM_GETNEIGH ? AF_UNSPEC : AF_INET;
    begin(type, NLM_F_DUMP, body, size);
}

static void read_link(int socket, int index, int noting)
{
    struct ifinfomsg link = {.ifi_index = index};
    begin(RTM_GETLINK, index == 0 ? NLM_F_DUMP : 0, &link, sizeof link);
    number(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    exchange(socket, noting);
}

static void read_all(void)
{
    dump(RTM_GETADDR, sizeof(struct ifaddrmsg));
    exchange(node_socket, 0);
    read_link(node_socket, node_eth0, 0);
    dump(RTM_GETRULE, sizeof(struct fib_rule_hdr));
    exchange(node_socket, 0);
    read_link(pod_socket, 0, 1);
    dump(RTM_GETADDR, sizeof(struct ifaddrmsg));
    exchange(pod_socket, 0);
    dump(RTM_GETROUTE, sizeof(struct rtmsg));
    exchange(pod_socket, 0);
    dump(RTM_GETRULE, sizeof(struct fib_rule_hdr));
    exchange(pod_socket, 0);
    read_link(node_socket, cali, 1);
    dump(RTM_GETNEIGH, sizeof(struct ndmsg));
    number(NDA_IFINDEX, cali);
    exchange(node_socket, 0);
    dump(RTM_GETROUTE, sizeof(struct rtmsg));
    number(RTA_TABLE, NODES_TABLE);
    exchange(node_socket, 0);
    dump(RTM_GETNEIGH, sizeof(struct ndmsg));
    number(NDA_IFINDEX, eth0);
    exchange(pod_socket, 0);
}

/* IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF { IPV4_DEVCONF_RP_FILTER = value } } } */
static void rp_filter(int index, int value)
{
    struct ifinfomsg link = {.ifi_index = index};
    struct {
        struct rtattr family, settings, setting;
        int value;
    } nested = {{sizeof nested, AF_INET}, {sizeof nested - 4, IFLA_INET_CONF}, {8, IPV4_DEVCONF_RP_FILTER}, value};
    begin(RTM_SETLINK, 0, &link, sizeof link);
    attribute(IFLA_AF_SPEC, &nested, sizeof nested);
}

static void neighbour(int type, const char *to, int index, struct mac mac)
{
    struct ndmsg neighbour = {.ndm_family = AF_INET, .ndm_ifindex = index, .ndm_state = NUD_PERMANENT};
    unsigned char protocol = OURS;
    begin(type, type == RTM_NEWNEIGH ? NLM_F_CREATE | NLM_F_REPLACE : 0, &neighbour, sizeof neighbour);
    address(NDA_DST, to);
    if (type == RTM_NEWNEIGH) {
        attribute(NDA_PROTOCOL, &protocol, sizeof protocol);
        attribute(NDA_LLADDR, &mac, sizeof mac);
    }
}

/* Routes without a gateway are of the scope of the link. */
static void route(int type, int table, const char *to, int bits, const char *gateway, const char *source, int index,
                  int protocol)
{
    struct rtmsg route = {.rtm_family = AF_INET, .rtm_dst_len = (unsigned char)bits, .rtm_type = RTN_UNICAST};
    route.rtm_table = table < 256 ? (unsigned char)table : RT_TABLE_UNSPEC;
    route.rtm_protocol = (unsigned char)protocol;
    route.rtm_scope = gateway == NULL ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
    begin(type, type == RTM_NEWROUTE ? APPEND : 0, &route, sizeof route);
    address(RTA_DST, to);
    address(RTA_GATEWAY, gateway);
    address(RTA_PREFSRC, source);
    number(RTA_TABLE, table);
    number(RTA_OIF, index);
}

static void rule(int type, int priority, const char *to, int bits, const char *from, int table)
{
    struct fib_rule_hdr rule = {.family = AF_INET, .dst_len = (unsigned char)bits, .src_len = from == NULL ? 0 : 32};
    unsigned char protocol = OURS;
    rule.table = (unsigned char)table;
    rule.action = FR_ACT_TO_TBL;
    begin(type, type == RTM_NEWRULE ? CREATE : 0, &rule, sizeof rule);
    number(FRA_PRIORITY, priority);
    address(FRA_DST, to);
    address(FRA_SRC, from);
    attribute(FRA_PROTOCOL, &protocol, sizeof protocol);
}

static void routes_of_pod(int type)
{
    route(type, MAIN, NODE, 32, NULL, NULL, eth0, OURS);
    route(type, 100, LINK_LOCAL, 32, NULL, NULL, eth0, OURS);
    route(type, 100, NULL, 0, LINK_LOCAL, NULL, eth0, OURS);
    route(type, 100, NODE, 32, NULL, NULL, eth0, OURS);
    route(type, 100, SUBNET, 16, NULL, UNDERLAY, net1, OURS);
    route(type, 101, SUBNET, 16, NULL, UNDERLAY, net1, OURS);
    route(type, 101, NODE, 32, NULL, NULL, eth0, OURS);
    route(type, 101, NULL, 0, GATEWAY, NULL, net1, OURS);
}

static void rules_of_pod(int type)
{
    rule(type, 1000, "10.244.64.0", 18, NULL, 100);
    rule(type, 1000, "10.244.0.0", 18, NULL, 100);
    rule(type, 1001, NULL, 0, UNDERLAY, 101);
    rule(type, 1002, NULL, 0, OVERLAY, 100);
}

static void add(void)
{
    read_all();
    rp_filter(eth0, 2);
    rp_filter(net1, 2);
    neighbour(RTM_NEWNEIGH, NODE, eth0, cali_mac);
    routes_of_pod(RTM_NEWROUTE);
    rules_of_pod(RTM_NEWRULE);
    route(RTM_DELROUTE, MAIN, NULL, 0, LINK_LOCAL, NULL, eth0, RTPROT_BOOT);
    exchange(pod_socket, 0);
    rp_filter(cali, 2);
    neighbour(RTM_NEWNEIGH, UNDERLAY, cali, eth0_mac);
    route(RTM_NEWROUTE, NODES_TABLE, UNDERLAY, 32, NULL, NULL, cali, OURS);
    exchange(node_socket, 0);
}

/* The default route by eth0 was the first of two, so it is put before the other one. */
static void put_first_default(void)
{
    route(RTM_NEWROUTE, MAIN, NULL, 0, LINK_LOCAL, NULL, eth0, RTPROT_BOOT);
    last->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE;
}

static void del(void)
{
    read_link(pod_socket, 0, 1);
    put_first_default();
    rules_of_pod(RTM_DELRULE);
    route(RTM_DELROUTE, 100, NULL, 0, LINK_LOCAL, NULL, eth0, OURS);
    exchange(pod_socket, 0);
    route(RTM_DELROUTE, 101, NULL, 0, GATEWAY, NULL, net1, OURS);
    route(RTM_DELROUTE, 100, LINK_LOCAL, 32, NULL, NULL, eth0, OURS);
    route(RTM_DELROUTE, 100, NODE, 32, NULL, NULL, eth0, OURS);
    route(RTM_DELROUTE, 100, SUBNET, 16, NULL, UNDERLAY, net1, OURS);
    route(RTM_DELROUTE, 101, SUBNET, 16, NULL, UNDERLAY, net1, OURS);
    route(RTM_DELROUTE, 101, NODE, 32, NULL, NULL, eth0, OURS);
    route(RTM_DELROUTE, MAIN, NODE, 32, NULL, NULL, eth0, OURS);
    neighbour(RTM_DELNEIGH, NODE, eth0, cali_mac);
    rp_filter(eth0, 0);
    rp_filter(net1, 0);
    exchange(pod_socket, 0);
    route(RTM_DELROUTE, NODES_TABLE, UNDERLAY, 32, NULL, NULL, cali, OURS);
    neighbour(RTM_DELNEIGH, UNDERLAY, cali, eth0_mac);
    rp_filter(cali, 0);
    exchange(node_socket, 0);
}

static int open_socket(void)
{
    int socket_here = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), on = 1;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct timeval patience = {.tv_sec = 10};
    setsockopt(socket_here, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
    setsockopt(socket_here, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
    setsockopt(socket_here, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
    setsockopt(socket_here, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(socket_here, (struct sockaddr *)&kernel, sizeof kernel) != 0 ||
        connect(socket_here, (struct sockaddr *)&kernel, sizeof kernel) != 0) {
        die("socket");
    }
    return socket_here;
}

static void with_sockets(void (*verb)(void))
{
    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    int pod = open("/run/netns/pod", O_RDONLY | O_CLOEXEC);
    node_socket = open_socket();
    if (setns(pod, CLONE_NEWNET) != 0) {
        die("enter the pod");
    }
    pod_socket = open_socket();
    if (setns(home, CLONE_NEWNET) != 0) {
        die("leave the pod");
    }
    verb();
    close(pod_socket);
    close(node_socket);
    close(pod);
    close(home);
}

static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    int times = strcmp(verb, "loop") == 0 && argc == 3 ? atoi(argv[2]) : 1;
    node_eth0 = (int)if_nametoindex("eth0");
    cali = (int)if_nametoindex("cali8a1b2c");
    for (int time = 0; time < times; time++) {
        long long start = now();
        if (strcmp(verb, "del") != 0) {
            with_sockets(add);
        }
        if (strcmp(verb, "loop") == 0) {
            printf("%lld\n", now() - start);
        }
        if (strcmp(verb, "add") != 0) {
            with_sockets(del);
        }
    }
    return 0;
}
