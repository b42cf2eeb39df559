package io.metaplugins.agent;

import io.metaplugins.cni.ErrorCode;
import io.metaplugins.json.Json;
import io.metaplugins.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** The spool waits for nobody: there are other requests in it, and it is gone through again. */
    private static final Duration GLANCE = Duration.ofMillis(20);

    /** Longer than any ADD that another process may be at for the same attachment. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What failed is tried again after a pause that doubles. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** What cannot be read is kept for a person to look at. */
    private static final String UNREADABLE = ".unreadable";

    /** As is what no attempt will ever carry out. */
    private static final String REFUSED = ".refused";

    private static final Set<Integer> HOPELESS =
            Set.of(
                    ErrorCode.UNSUPPORTED_FIELD.number(),
                    ErrorCode.INVALID_ENVIRONMENT.number(),
                    ErrorCode.DECODING_FAILURE.number());

    private final SpoolFiles files;

    /** What was told to have failed, and when it is to be tried again. */
    private final Map<Path, Pause> failed = new ConcurrentHashMap<>();

    /** What waits for the turn of its container, or has it. */
    private final Set<Path> inTurn = ConcurrentHashMap.newKeySet();

    Spool(Path directory) {
        this.files = new SpoolFiles(directory);
    }

    /** From one attempt to the next; times are of {@link System#nanoTime()}. */
    private record Pause(long begun, Duration length) {

        static Pause after(@Nullable Pause before) {
            Duration length = before == null ? FIRST_PAUSE : before.length.multipliedBy(2);
            return new Pause(
                    System.nanoTime(),
                    length.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : length);
        }

        boolean isOver() {
            return System.nanoTime() - begun > length.toNanos();
        }
    }

    /** Where a request goes when it is its container's turn. */
    interface Turn {
        /** Does it, or sees to it that it is done; false if it will not be. */
        boolean perform(String container, Runnable work);
    }

    /** Removes what launchers that were killed did not write to the end. */
    void tidy() throws IOException {
        files.tidy();
    }

    /** Carries out all that is there, oldest first, as far as nobody else is at work on it. */
    void carryOut(Desk desk, Turn turn) {
        failed.keySet().retainAll(files.all());
        forEach((file, execution) -> {
            Pause pause = failed.get(file);
            boolean isNew = (pause == null || pause.isOver()) && inTurn.add(file);
            if (isNew && !turn.perform(execution.container(), () -> look(file, execution, desk))) {
                inTurn.remove(file);
            }
        });
    }

    private void look(Path file, Execution execution, Desk desk) {
        try {
            boolean _ = isDone(file, execution, desk, GLANCE);
        } finally {
            inTurn.remove(file);
        }
    }

    /**
     * Carries out what is there for the container of a request whose turn it is: a DEL that was
     * left must not come after the ADD that followed it.
     *
     * @return false if something is still to be done that the request must not come before
     */
    boolean carryOutBefore(Execution request, Desk desk) {
        if (request.container().isEmpty()) {
            return true;
        }
        List<Execution> undone = new ArrayList<>();
        forEach((file, execution) -> {
            Duration patience = undone.isEmpty() ? PATIENCE : GLANCE;
            if (execution.container().equals(request.container())
                    && !isDone(file, execution, desk, patience)) {
                undone.add(execution);
            }
        });
        return undone.stream().noneMatch(request::isAboutTheSameAs);
    }

    private void forEach(BiConsumer<Path, Execution> action) {
        for (Path file : files.all()) {
            try {
                Execution execution = SpoolFiles.read(file);
                if (execution != null) {
                    action.accept(file, execution);
                } else if (isFirstFailure(file)) {
                    log.warn("{} is of a newer release, and waits for it", file.getFileName());
                }
            } catch (NoSuchFileException e) {
                log.debug("{} was carried out meanwhile", file);
            } catch (MalformedFrameException e) {
                SpoolFiles.setAside(file, UNREADABLE, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                if (isFirstFailure(file)) {
                    log.error("{} cannot be read: {}", file, e.toString());
                }
            }
        }
    }

    /** Does it, unless it was done before: by now it may be wrong to do it again. */
    private boolean isDone(Path file, Execution execution, Desk desk, Duration patience) {
        if (!Files.exists(file)) {
            return true;
        }
        Answer answer = desk.carryOutLate(execution, SpoolFiles.left(file), patience);
        if (answer.status() == 0) {
            log.info("carried out {}", file.getFileName());
            SpoolFiles.remove(file);
            return true;
        }
        if (HOPELESS.contains(code(answer))) {
            SpoolFiles.setAside(file, REFUSED, answer.output().strip());
            return true;
        }
        // What a GC says is there grows old: what it leaves is the next one's, and the keeper's.
        boolean isLast = execution.isTo("GC");
        if (isFirstFailure(file)) {
            log.error(
                    "{} failed, and is {}: {}",
                    file.getFileName(),
                    isLast ? "given up" : "tried again",
                    answer.output().strip());
        }
        if (isLast) {
            SpoolFiles.remove(file);
        }
        return isLast;
    }

    private static int code(Answer answer) {
        try {
            return Json.parse(answer.output()).path("code").asInt();
        } catch (JsonException e) {
            log.debug("no error of CNI: {}", answer.output());
            return 0;
        }
    }

    private boolean isFirstFailure(Path file) {
        return failed.put(file, Pause.after(failed.get(file))) == null;
    }

    /** How many requests wait. */
    int depth() {
        return files.all().size();
    }
}
