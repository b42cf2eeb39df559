package io.metaplugins.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What can be said to the agent itself, by the first word. To be filled before the agent serves.
 */
final class Controls implements Function<List<String>, Answer> {
    static final int FAILURE = 1;
    static final int USAGE = 2;

    private final Map<String, Control> controls = new TreeMap<>();

    /** Does what a word says. */
    interface Control {
        /**
         * Answers.
         *
         * @param arguments the words behind the first
         */
        Answer answer(List<String> arguments);
    }

    /** Understands a word from now on. */
    Controls with(String word, Control control) {
        controls.put(word, control);
        return this;
    }

    @Override
    public Answer apply(List<String> words) {
        List<String> arguments = new ArrayList<>(words);
        Control control = arguments.isEmpty() ? null : controls.get(arguments.removeFirst());
        if (control == null) {
            return new Answer(
                    USAGE,
                    "",
                    "the agent does not understand "
                            + words
                            + ": want one of "
                            + String.join(", ", controls.keySet())
                            + "\n");
        }
        try {
            return control.answer(arguments);
        } catch (RuntimeException e) {
            return new Answer(FAILURE, "", e.getMessage() + "\n");
        }
    }
}
