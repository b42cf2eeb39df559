package io.metaplugins.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests that found no agent: launchers leave what must not be lost, DEL and GC, as files, whose
 * names are in the order of time. A file goes when its request has been carried out, so one that a
 * dying agent was at is carried out again.
 */
final class Spool {
    private static final Logger log = LogManager.getLogger(Spool.class);
    private static final String REQUESTS = ".request";

    /** What cannot be read is kept for a person to look at. */
    private static final String UNREADABLE = ".unreadable";

    private final Path directory;
    private final Set<Path> failed = ConcurrentHashMap.newKeySet();

    Spool(Path directory) {
        this.directory = directory;
    }

    /** Where a request goes when it is its container's turn. */
    interface Turn {
        void perform(String container, Runnable work);
    }

    /** Carries out all that is there, oldest first. */
    void carryOut(Desk desk, Turn turn) {
        forEach((file, execution) ->
                turn.perform(execution.container(), () -> carryOut(file, execution, desk)));
    }

    /**
     * Carries out what is there for a container, whose turn it is: a DEL that was left must not
     * come after the ADD that followed it.
     */
    void carryOutFor(String container, Desk desk) {
        forEach((file, execution) -> {
            if (execution.container().equals(container)) {
                carryOut(file, execution, desk);
            }
        });
    }

    private void forEach(BiConsumer<Path, Execution> action) {
        for (Path file : files()) {
            try {
                Execution execution = read(file);
                if (execution != null) {
                    action.accept(file, execution);
                } else if (failed.add(file)) {
                    log.warn("{} is of a newer release, and waits for it", file.getFileName());
                }
            } catch (NoSuchFileException e) {
                log.debug("{} was carried out meanwhile", file);
            } catch (MalformedFrameException e) {
                setAside(file, e);
            } catch (IOException e) {
                if (failed.add(file)) {
                    log.error("{} cannot be read: {}", file, e.toString());
                }
            }
        }
    }

    /**
     * No more than a look where there is nothing, for each request looks. What a launcher is still
     * writing has a name that begins with a dot.
     */
    private List<Path> files() {
        String[] names =
                directory
                        .toFile()
                        .list((_, name) -> name.endsWith(REQUESTS) && !name.startsWith("."));
        if (names == null || names.length == 0) {
            return List.of(); // No launcher ever had to leave anything, or all is done.
        }
        Arrays.sort(names);
        return Arrays.stream(names).map(directory::resolve).toList();
    }

    /** Gives null for what a newer agent will understand. */
    private static @Nullable Execution read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < Frame.HEADER_BYTES) {
            throw new MalformedFrameException("the message ends before its end");
        }
        Frame.Header header = Frame.Header.read(Arrays.copyOf(bytes, Frame.HEADER_BYTES));
        if (header.version() > Frame.NEWEST) {
            return null;
        }
        if (header.version() < Frame.OLDEST
                || header.kind() != Frame.EXECUTE
                || header.length() != bytes.length - Frame.HEADER_BYTES) {
            throw new MalformedFrameException("not a whole request of a version that is known");
        }
        return Execution.read(Arrays.copyOfRange(bytes, Frame.HEADER_BYTES, bytes.length));
    }

    private void carryOut(Path file, Execution execution, Desk desk) {
        if (!Files.exists(file)) {
            return; // Done meanwhile; and by now it may be wrong to do it.
        }
        Answer answer = desk.carryOutLate(execution);
        if (answer.status() == 0) {
            try {
                Files.deleteIfExists(file);
                log.info("carried out {}", file.getFileName());
            } catch (IOException e) {
                log.error("{} cannot be removed: {}", file, e.toString());
            }
        } else if (failed.add(file)) {
            log.error(
                    "{} failed, and is tried again: {}",
                    file.getFileName(),
                    answer.output().strip());
        }
    }

    private static void setAside(Path file, MalformedFrameException why) {
        log.error("{} is set aside: {}", file, why.getMessage());
        try {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + UNREADABLE),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.error("{} cannot be renamed: {}", file, e.toString());
        }
    }

    /** How many requests wait. */
    int depth() {
        return files().size();
    }
}
