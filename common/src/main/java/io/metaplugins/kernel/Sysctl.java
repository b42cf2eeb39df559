package io.metaplugins.kernel;

import io.metaplugins.net.InterfaceName;
import org.jspecify.annotations.Nullable;

/**
 * A setting of the namespace below {@code /proc/sys}.
 *
 * @param path with slashes, since an interface's name may hold a dot: {@code
 *     net/ipv4/conf/net1.100/rp_filter}
 * @param value without the line's end
 */
public record Sysctl(String path, String value) implements KernelObject {

    public Sysctl {
        if (!path.startsWith("net/") || path.contains("..")) {
            throw new IllegalArgumentException("sysctl " + path + " is not below net/");
        }
    }

    /** An IPv4 setting of one interface ({@code Documentation/networking/ip-sysctl.rst}). */
    public static Sysctl ipv4(InterfaceName dev, String key, int value) {
        return new Sysctl("net/ipv4/conf/" + dev + "/" + key, Integer.toString(value));
    }

    /** An IPv6 setting of one interface ({@code Documentation/networking/ip-sysctl.rst}). */
    public static Sysctl ipv6(InterfaceName dev, String key, int value) {
        return new Sysctl("net/ipv6/conf/" + dev + "/" + key, Integer.toString(value));
    }

    /** Of {@code net/ipv4/conf/net1/rp_filter}. */
    @Override
    public @Nullable InterfaceName dev() {
        int end = path.lastIndexOf('/');
        int start = path.lastIndexOf('/', end - 1);
        return path.startsWith("/conf/", start - "/conf".length())
                ? new InterfaceName(path.substring(start + 1, end))
                : null;
    }

    @Override
    public Query query() {
        return new Query.Setting(path);
    }

    @Override
    public boolean sameAs(KernelObject observed) {
        return observed instanceof Sysctl sysctl && sysctl.path.equals(path);
    }

    @Override
    public boolean satisfiedBy(KernelObject observed) {
        return equals(observed);
    }

    @Override
    public String toString() {
        return "sysctl " + path + "=" + value;
    }
}
