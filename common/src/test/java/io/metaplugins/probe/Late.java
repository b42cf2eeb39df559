package io.metaplugins.probe;

import io.metaplugins.libc.Libc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The C library for a process that the scheduler keeps waiting whenever it has sent something. */
final class Late {
    private Late() {}

    static Libc by(Duration time, Libc libc) {
        return (Libc)
                Proxy.newProxyInstance(
                        Libc.class.getClassLoader(),
                        new Class<?>[] {Libc.class},
                        (_, method, arguments) -> {
                            try {
                                Object result = method.invoke(libc, arguments);
                                if (method.getName().equals("send")) {
                                    LockSupport.parkNanos(time.toNanos());
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
