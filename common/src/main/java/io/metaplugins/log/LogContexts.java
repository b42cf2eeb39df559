package io.metaplugins.log;

import java.net.URI;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.spi.LoggerContextFactory;
import org.jspecify.annotations.Nullable;

/** The one context of the process. It is silent but where {@link Logging} is open. */
final class LogContexts implements LoggerContextFactory {
    private final LoggerContext context;

    LogContexts() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutPlugins(LoggerContext.class.getClassLoader()));
        try {
            context = new LoggerContext("meta-plugins");
            context.start(new LogConfiguration(context));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * Finds no resource. Log4j would load the classes of all its plugins, some hundreds, from the
     * list in its jar, or without the list by going through the jar, to find those that a
     * configuration file names; and we have no such file.
     */
    private static final class WithoutPlugins extends ClassLoader {

        WithoutPlugins(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) {
            return Collections.emptyEnumeration();
        }
    }

    @Override
    public LoggerContext getContext(
            String caller,
            @Nullable ClassLoader loader,
            @Nullable Object external,
            boolean currentContext) {
        return context;
    }

    @Override
    public LoggerContext getContext(
            String caller,
            @Nullable ClassLoader loader,
            @Nullable Object external,
            boolean currentContext,
            @Nullable URI configuration,
            @Nullable String name) {
        return context;
    }

    @Override
    public void removeContext(org.apache.logging.log4j.spi.LoggerContext removed) {
        context.stop();
    }

    @Override
    public boolean isClassLoaderDependent() {
        return false;
    }
}
