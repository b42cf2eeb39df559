package io.metaplugins.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.metaplugins.engine.Change;
import io.metaplugins.engine.Change.Act;
import io.metaplugins.engine.Kernel.Failure;
import io.metaplugins.kernel.KernelObject;
import io.metaplugins.kernel.Query;
import io.metaplugins.kernel.Route;
import io.metaplugins.libc.JnrLibc;
import io.metaplugins.libc.Libc;
import io.metaplugins.net.Cidr;
import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.IpAddress;
import io.metaplugins.net.IpFamily;
import io.metaplugins.net.TableId;
import io.metaplugins.netns.Netns;
import io.metaplugins.testkit.TestNetns;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The kernel of a namespace with two links, anew for each test. */
abstract class KernelOfNetns {
    static final InterfaceName V0 = new InterfaceName("v0");
    static final InterfaceName V1 = new InterfaceName("v1");
    static final TableId TABLE = new TableId(100);
    static final TableId LARGE_TABLE = new TableId(4_000_000_000L);
    static final IpFamily[] FAMILIES = IpFamily.values();

    final Libc libc = JnrLibc.load();
    TestNetns testNetns;
    Netns netns;
    NetlinkKernel kernel;

    @BeforeEach
    void open() {
        testNetns = TestNetns.create("kernel");
        netns = Netns.open(libc, testNetns.path());
        kernel = NetlinkKernel.open(libc, netns);
        ip("link add v0 address 02:00:00:00:00:01 type veth peer name v1");
        ip("addr add 10.1.0.2/16 dev v0");
        ip("addr add fd01::2/64 dev v0 nodad");
        ip("link set v0 up");
        ip("link set v1 up");
    }

    @AfterEach
    void close() {
        kernel.close();
        netns.close();
        testNetns.close();
    }

    String ip(String arguments) {
        return testNetns.run(("ip " + arguments).split(" "));
    }

    void write(Act act, KernelObject object) {
        assertThat(kernel.write(List.of(new Change(act, object)))).isEmpty();
    }

    Failure refused(Act act, KernelObject object) {
        List<Failure> failures = kernel.write(List.of(new Change(act, object)));
        assertThat(failures).hasSize(1);
        return failures.getFirst();
    }

    static Route via(String destination, String gateway, TableId table) {
        return Route.via(Cidr.parse(destination), IpAddress.parse(gateway), V0, table);
    }

    List<Route> routes(IpFamily family, TableId table) {
        return kernel.read(new Query.Routes(family, table)).stream()
                .map(Route.class::cast)
                .toList();
    }

    String witness(String path) {
        return testNetns.run("cat", "/proc/sys/" + path).strip();
    }
}
