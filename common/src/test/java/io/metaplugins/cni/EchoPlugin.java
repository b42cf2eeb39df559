package io.metaplugins.cni;

import io.metaplugins.net.Cidr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chained plugin that changes nothing and notes what it was asked for. */
final class EchoPlugin implements Plugin {
    private final List<Request> requests = new ArrayList<>();
    private @Nullable RuntimeException failure;

    List<Request> requests() {
        return requests;
    }

    /** Makes every later verb fail. */
    void failWith(RuntimeException exception) {
        failure = exception;
    }

    private void note(Request request) {
        requests.add(request);
        if (failure != null) {
            throw failure;
        }
    }

    /** The keys of this plugin. */
    record Config(List<Cidr> subnets, boolean skip, int migrate) {
        static Config read(ConfigReader config) {
            return new Config(
                    config.key("service_hijack_subnet", "serviceCIDR").cidrs(),
                    config.key("skip_call").bool(false),
                    config.key("migrate_route").integer(-1, 1, -1));
        }
    }

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String about() {
        return "CNI plugin echo 1.2.3";
    }

    @Override
    public Result add(Request request) {
        note(request);
        ConfigReader config = request.configuration();
        Config.read(config);
        config.finish();
        return request.requiredPrevResult();
    }

    @Override
    public void delete(Request request) {
        note(request);
    }

    @Override
    public void check(Request request) {
        note(request);
    }

    @Override
    public void status(Request request) {
        note(request);
    }

    @Override
    public void collectGarbage(Request request) {
        note(request);
    }

    @Override
    public String explain(Request request) {
        note(request);
        return "ip link show dev " + request.ifName() + "\n";
    }

    @Override
    public void validate(ConfigReader configuration) {
        Config.read(configuration);
    }
}
