package io.metaplugins.engine;

import io.metaplugins.engine.Change.Act;
import io.metaplugins.kernel.NftRule;

/**
 * A change of one rule in the words of {@code nft}, which knows rules by their numbers alone: where
 * one is to go, its number is looked up by its name.
 *
 * @param nft the command
 * @param chainIsThere whether it need not be made
 */
record NftScript(String nft, NftRule rule, boolean chainIsThere) {

    /** The commands, a line each. */
    String commands(Act act) {
        return switch (act) {
            case ADD, APPEND, PREPEND -> chainIsThere ? add() : chain() + "\n" + add();
            case REPLACE -> withHandle("replace") + " " + word(rule.definition());
            case DELETE -> withHandle("delete") + "\n" + tidy();
        };
    }

    /** Both are nothing where they are there. */
    private String chain() {
        return nft
                + "add table inet "
                + word(rule.chain().table())
                + "\n"
                + nft
                + word("add chain " + rule.chain() + " " + rule.chain().definition());
    }

    private String add() {
        return nft + word("add rule " + rule.chain() + " " + rule.definition());
    }

    private String withHandle(String verb) {
        String pattern = "s/.* comment \"" + escaped(rule.name()) + "\" # handle //p";
        return nft
                + verb
                + " rule "
                + rule.chain()
                + " handle \"$("
                + nft
                + "-a list chain "
                + rule.chain()
                + " | sed -n "
                + word(pattern)
                + ")\"";
    }

    /** What {@code sed} has a meaning for stands for itself. */
    private static String escaped(String name) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < name.length(); index++) {
            char letter = name.charAt(index);
            text.append("\\/.*[]^$".indexOf(letter) >= 0 ? "\\" : "").append(letter);
        }
        return text.toString();
    }

    /** {@code nft delete} takes along what is inside, so we look whether there is anything. */
    private String tidy() {
        return deleteUnlessLonger("chain " + rule.chain(), 5)
                + "\n"
                + deleteUnlessLonger("table inet " + rule.chain().table(), 2);
    }

    private String deleteUnlessLonger(String what, int lines) {
        return "[ \"$("
                + nft
                + "list "
                + what
                + " | wc -l)\" -gt "
                + lines
                + " ] || "
                + nft
                + "delete "
                + what;
    }

    private static String word(String text) {
        return IpScript.quoted(text);
    }
}
