package io.metaplugins.agent;

import io.metaplugins.agent.drift.Guidance;
import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.cni.CniException;
import io.metaplugins.plugin.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the node as they are now. A request gets what is in memory; whether the file says
 * something else by now is looked at beside. What is wrong there changes nothing.
 */
final class CurrentSettings implements Supplier<NodeSettings>, Guidance {
    private static final Logger log = LogManager.getLogger(CurrentSettings.class);

    /** Of what is written twice within a clock's tick both may have the same time. */
    private static final Duration TICK = Duration.ofMillis(100);

    private final Settings settings;
    private @Nullable Stamp stamp;
    private volatile NodeSettings current;
    private String problem = "";
    private boolean isNews;

    /**
     * Reads the file.
     *
     * @throws CniException if something is wrong there
     */
    CurrentSettings(Settings settings) {
        this.settings = settings;
        this.stamp = Stamp.of(settings.node());
        this.current = NodeSettings.read(settings.node());
    }

    /** Which file it is, and what it was when; the last one says whether that is long ago. */
    private record Stamp(@Nullable Object key, FileTime modified, long size, boolean settled) {

        /** Null if nothing can be said; reading the file will tell why. */
        static @Nullable Stamp of(Path file) {
            Instant settled = Instant.now().minus(TICK);
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(
                        attributes.fileKey(),
                        attributes.lastModifiedTime(),
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant().isBefore(settled));
            } catch (IOException e) {
                return null;
            }
        }
    }

    @Override
    public NodeSettings get() {
        return current;
    }

    @Override
    public KeeperSettings keeping() {
        return settings.keeper(current);
    }

    Path file() {
        return settings.node();
    }

    /** What is wrong with the file; empty if nothing is. */
    synchronized String problem() {
        return problem;
    }

    @Override
    public synchronized boolean follow() {
        look();
        boolean news = isNews;
        isNews = false;
        return news;
    }

    /** Reads the file if it is another by now. */
    synchronized void look() {
        Stamp now = Stamp.of(settings.node());
        if (now == null ? stamp == null : now.equals(stamp)) {
            return;
        }
        stamp = now;
        try {
            change(NodeSettings.read(settings.node()));
            problem = "";
        } catch (CniException e) {
            if (!problem.equals(e.details())) {
                log.error("the settings stay as they were: {}", e.details());
            }
            problem = e.details();
        }
    }

    private void change(NodeSettings read) {
        NodeSettings before = current;
        if (!read.equals(before)) {
            current = read;
            isNews |= !read.defaults().equals(before.defaults());
            log.info("the settings are {} now, and were {}", read, before);
        }
    }
}
