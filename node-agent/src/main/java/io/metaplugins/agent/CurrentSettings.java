package io.metaplugins.agent;

import io.metaplugins.agent.drift.Guidance;
import io.metaplugins.agent.drift.KeeperSettings;
import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.plugin.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the node as they are now. A request gets what is in memory; whether the file says
 * something else by now is looked at beside. What is wrong there changes nothing; if it was wrong
 * from the start, who needs the settings is told so, and all others are served.
 */
final class CurrentSettings implements Supplier<NodeSettings>, Guidance {
    private static final Logger log = LogManager.getLogger(CurrentSettings.class);

    /** Of what is written twice within a clock's tick both may have the same time. */
    private static final Duration TICK = Duration.ofMillis(100);

    /** Who writes a file anew may take the old one away first. */
    private static final long REPLACED_WITHIN = Duration.ofSeconds(1).toNanos();

    private final Settings settings;
    private final LongSupplier clock;
    private @Nullable Stamp stamp;
    private volatile @Nullable NodeSettings current;
    private volatile String problem = "";
    private @Nullable Long missingSince;
    private boolean isNews;

    /** Reads the file. */
    CurrentSettings(Settings settings) {
        this(settings, System::nanoTime);
    }

    /** By a clock that nobody sets. */
    CurrentSettings(Settings settings, LongSupplier clock) {
        this.settings = settings;
        this.clock = clock;
        this.stamp = Stamp.of(settings.node());
        read();
        isNews = false;
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

    /**
     * What is said.
     *
     * @throws CniException naming what is wrong with the file, if it has been so from the start
     */
    @Override
    public NodeSettings get() {
        NodeSettings known = current;
        if (known == null) {
            throw new CniException(ErrorCode.INVALID_NETWORK_CONFIG, problem);
        }
        return known;
    }

    @Override
    public KeeperSettings keeping() {
        NodeSettings known = current;
        return settings.keeper(known == null ? NodeSettings.NONE : known);
    }

    @Override
    public boolean isSound() {
        return current != null;
    }

    Path file() {
        return settings.node();
    }

    /** What is wrong with the file; empty if nothing is. */
    String problem() {
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
        boolean same = now == null ? stamp == null : now.equals(stamp);
        if (now != null || same) {
            missingSince = null;
        }
        if (!same && (now != null || isMissing())) {
            stamp = now;
            read();
        }
    }

    /** Whether the file is gone for good. */
    private boolean isMissing() {
        long now = clock.getAsLong();
        if (missingSince == null) {
            missingSince = now;
        }
        return now - missingSince >= REPLACED_WITHIN;
    }

    private void read() {
        try {
            change(NodeSettings.read(settings.node()));
            problem = "";
        } catch (CniException e) {
            if (!problem.equals(e.details())) {
                log.error(
                        current == null
                                ? "no pod can be added until the settings are right: {}"
                                : "the settings stay as they were: {}",
                        e.details());
            }
            problem = e.details();
        }
    }

    private void change(NodeSettings read) {
        NodeSettings before = current;
        current = read;
        if (before == null) {
            isNews = true;
        } else if (!read.equals(before)) {
            isNews |= !read.defaults().equals(before.defaults());
            log.info("the settings are {} now, and were {}", read, before);
        }
    }
}
