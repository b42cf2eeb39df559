package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metaplugins.kernel.Link;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetlinkSocketTest {
    private static final int NETLINK_ROUTE = 0;
    private static final int PAIRS = 600;
    private static final int DUMPS = 30;

    private final Libc libc = JnrLibc.load();
    private final LinkCodec links = new LinkCodec();

    private static void batch(TestNetns netns, Path file, List<String> lines) throws IOException {
        Files.write(file, lines);
        netns.run("ip", "-batch", file.toString());
    }

    @Test
    void listsAllLinksOnceWhileOthersComeAndGo(@TempDir Path directory) throws Exception {
        List<String> commands = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            commands.add("link add a" + pair + " type veth peer name b" + pair);
        }
        try (TestNetns testNetns = TestNetns.create("links");
                Netns netns = Netns.open(libc, testNetns.path());
                NetlinkSocket socket = netns.inside(() -> NetlinkSocket.open(libc));
                Channel channel = netns.inside(() -> Channel.open(libc, NETLINK_ROUTE))) {
            batch(testNetns, directory.resolve("links"), commands);
            boolean interrupted = false;
            try (Churn _ =
                    Churn.start(
                            testNetns, "ip link add x type veth peer name y; ip link delete x")) {
                for (int dump = 0; dump < DUMPS || !interrupted; dump++) {
                    interrupted |= isInterrupted(channel);
                    List<String> names = new ArrayList<>();
                    for (Message message : socket.dump(links.dump()).messages()) {
                        String name = Objects.requireNonNull(links.read(message)).name().value();
                        if (name.startsWith("a") || name.startsWith("b")) {
                            names.add(name);
                        }
                    }
                    assertThat(names).hasSize(2 * PAIRS);
                    assertThat(new HashSet<>(names)).hasSize(2 * PAIRS);
                }
            }
            assertThat(interrupted).as("the kernel tells of changes between two parts").isTrue();
        }
    }

    /** Whether a dump without any care is interrupted. */
    private boolean isInterrupted(Channel channel) {
        int number = channel.send(List.of(links.dump()), 0);
        boolean interrupted = false;
        while (true) {
            for (Message answer : Objects.requireNonNull(channel.receive())) {
                assertThat(answer.sequence()).isEqualTo(number);
                interrupted |= answer.has(Message.NLM_F_DUMP_INTR);
                if (answer.type() == 3) {
                    return interrupted;
                }
            }
        }
    }

    @Test
    void belongsToTheNamespaceInWhichItWasOpened() {
        try (TestNetns testNetns = TestNetns.create("own");
                Netns netns = Netns.open(libc, testNetns.path());
                NetlinkSocket socket = netns.inside(() -> NetlinkSocket.open(libc))) {
            testNetns.run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
            assertThat(socket.dump(links.dump()).messages())
                    .extracting(message -> Objects.requireNonNull(links.read(message)))
                    .extracting(Link::name)
                    .contains(Captured.V0, Captured.V1);
        }
    }

    @Test
    void aRefusedQuestionDoesNotSpoilTheNextOne() {
        try (TestNetns testNetns = TestNetns.create("next");
                Netns netns = Netns.open(libc, testNetns.path());
                NetlinkSocket socket = netns.inside(() -> NetlinkSocket.open(libc))) {
            assertThatThrownBy(() -> socket.get(links.get(4711)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith("ENODEV");
            RouteCodec routes = new RouteCodec(new LinkNames(socket));
            assertThatThrownBy(() -> socket.dump(routes.dump(IpFamily.IPV4, new TableId(4711))))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("FIB table does not exist");
            assertThat(links.read(socket.get(links.get(1)))).isNotNull();
            assertThat(socket.dump(links.dump()).messages()).isNotEmpty();
        }
    }

    @Test
    void isClosedOnce() {
        NetlinkSocket socket = NetlinkSocket.open(libc);
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.dump(links.dump())).isInstanceOf(ErrnoException.class);
    }
}
