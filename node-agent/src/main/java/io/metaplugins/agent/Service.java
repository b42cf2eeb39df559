package io.metaplugins.agent;

import io.metaplugins.libc.ErrnoException;
import java.util.List;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** What launchers and people ask for, and what they are answered. */
final class Service {
    private static final Logger log = LogManager.getLogger(Service.class);

    private final Desk desk;
    private final Spool spool;
    private final Function<List<String>, Answer> controls;

    /**
     * Nothing is asked for yet.
     *
     * @param controls what to answer to words for the agent itself
     */
    Service(Desk desk, Spool spool, Function<List<String>, Answer> controls) {
        this.desk = desk;
        this.spool = spool;
        this.controls = controls;
    }

    /**
     * What a message asks for, to be done when it is its turn.
     *
     * @throws MalformedFrameException if it asks for nothing that is known
     */
    Task task(Arrival arrival) {
        byte[] body = arrival.frame().body();
        return switch (arrival.frame().kind()) {
            case Frame.EXECUTE -> {
                Execution execution = Execution.read(body);
                yield new Task(
                        execution.container(),
                        body.length,
                        arrival.connection(),
                        () -> carryOut(execution, arrival));
            }
            case Frame.CONTROL -> {
                List<String> words = new Execution.Strings(body).all();
                yield Task.forPerson(
                        body.length,
                        arrival.connection(),
                        () ->
                                answer(
                                        arrival,
                                        controls.apply(words).frame(arrival.frame().version())));
            }
            default ->
                    throw new MalformedFrameException(
                            "messages of kind "
                                    + arrival.frame().kind()
                                    + " are not for the agent");
        };
    }

    /**
     * Carries a request out, after what was left for its container. An ADD must not be undone by
     * the DEL before it; nor be done when nobody waits for it any more, for then its DEL may have
     * been done already.
     */
    private void carryOut(Execution execution, Arrival arrival) {
        Connection connection = arrival.connection();
        boolean isAdd = execution.isTo("ADD");
        boolean mayBegin = spool.carryOutBefore(execution, desk) || !isAdd;
        if (isAdd && connection.isAbandoned()) {
            log.info("nobody waits for an ADD of container '{}'", execution.container());
            return;
        }
        Answer answer =
                mayBegin
                        ? desk.carryOut(execution, connection::takeDescriptor)
                        : Desk.putOff(execution);
        answer(arrival, answer.frame(arrival.frame().version()));
    }

    /** Sends what there is to say, if the launcher has not gone. */
    static void answer(Arrival arrival, Frame frame) {
        try {
            arrival.connection().answer(frame);
        } catch (ErrnoException e) {
            log.info("nobody waits for the answer: {}", e.getMessage());
        }
    }
}
