package io.metaplugins.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads RFC 8259 text into a tree, and nothing that is merely like it. A key that is given twice, a
 * half of a surrogate pair and deep nesting are refused too.
 *
 * <p>Jackson's own parsers need {@link BigDecimal} whatever they read, which since Java 25 computes
 * powers up to 5<sup>65536</sup> when it is loaded: more than all else that is done to a request.
 */
final class JsonReader {
    /** Digits of a number: what takes no noticeable time to convert. */
    private static final int LONGEST_NUMBER = 1_000;

    /** Digits that fit into a long, whatever they are. */
    private static final int DIGITS_OF_LONG = 18;

    private static final int HEXADECIMAL = 16;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String text;
    private final char[] characters;
    private int position;

    JsonReader(String text) {
        this.text = text;
        this.characters = text.toCharArray();
    }

    /**
     * Reads the one object that the text consists of.
     *
     * @throws JsonException if it does not, with the position
     */
    ObjectNode document() {
        skipSpace();
        if (position == characters.length) {
            throw failure("input is empty: want a JSON object");
        }
        if (characters[position] != '{') {
            throw failure("want a JSON object");
        }
        ObjectNode object = object(1);
        skipSpace();
        if (position < characters.length) {
            throw failure("something follows the JSON object");
        }
        return object;
    }

    private ObjectNode object(int depth) {
        refuseDepth(depth);
        ObjectNode object = NODES.objectNode();
        position++;
        if (peek("a key or '}'") == '}') {
            position++;
            return object;
        }
        do {
            if (peek("a key") != '"') {
                throw failure("want a key");
            }
            int start = position;
            String key = string();
            if (object.has(key)) {
                position = start;
                throw failure("key '" + key + "' is given twice");
            }
            take(':');
            object.set(key, value(depth + 1));
        } while (another('}'));
        return object;
    }

    private ArrayNode array(int depth) {
        refuseDepth(depth);
        ArrayNode array = NODES.arrayNode();
        position++;
        if (peek("a value or ']'") == ']') {
            position++;
            return array;
        }
        do {
            array.add(value(depth + 1));
        } while (another(']'));
        return array;
    }

    private void refuseDepth(int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw failure("more than " + Json.MAX_DEPTH + " levels of nesting");
        }
    }

    private JsonNode value(int depth) {
        return switch (peek("a value")) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> NODES.textNode(string());
            case 't' -> literal("true", NODES.booleanNode(true));
            case 'f' -> literal("false", NODES.booleanNode(false));
            case 'n' -> literal("null", NODES.nullNode());
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw failure("want a value");
        };
    }

    private JsonNode literal(String word, JsonNode value) {
        if (!text.startsWith(word, position)) {
            throw failure("want a value");
        }
        position += word.length();
        return value;
    }

    private JsonNode number() {
        int start = position;
        boolean whole = true;
        if (characters[position] == '-') {
            position++;
        }
        int first = position;
        skipDigits();
        if (position > first + 1 && characters[first] == '0') {
            position = first;
            throw failure("want a number without a leading zero");
        }
        if (isAt('.')) {
            whole = false;
            position++;
            skipDigits();
        }
        if (isAt('e') || isAt('E')) {
            whole = false;
            position++;
            if (isAt('+') || isAt('-')) {
                position++;
            }
            skipDigits();
        }
        return number(text.substring(start, position), whole);
    }

    private JsonNode number(String digits, boolean whole) {
        if (digits.length() > LONGEST_NUMBER) {
            throw failure("a number has more than " + LONGEST_NUMBER + " characters");
        }
        if (whole && digits.length() <= DIGITS_OF_LONG) {
            long value = Long.parseLong(digits);
            return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
        }
        try {
            if (!whole) {
                return NODES.numberNode(new BigDecimal(digits));
            }
            BigInteger value = new BigInteger(digits);
            return value.bitLength() < Long.SIZE
                    ? NODES.numberNode(value.longValue())
                    : NODES.numberNode(value);
        } catch (NumberFormatException e) {
            throw failure("a number has too large an exponent");
        }
    }

    private void skipDigits() {
        int start = position;
        while (position < characters.length && isDigit(characters[position])) {
            position++;
        }
        if (position == start) {
            throw failure("want a digit");
        }
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private String string() {
        int start = ++position;
        while (position < characters.length) {
            char character = characters[position];
            if (character == '"') {
                return text.substring(start, position++);
            }
            if (character == '\\') {
                return escapedString(start);
            }
            refuseControl(character);
            position++;
        }
        throw failure("input ends within a string");
    }

    private String escapedString(int start) {
        StringBuilder string = new StringBuilder(position - start + 32);
        string.append(text, start, position);
        while (position < characters.length) {
            char character = characters[position];
            if (character == '"') {
                refuseHalves(string);
                position++;
                return string.toString();
            }
            refuseControl(character);
            position++;
            string.append(character == '\\' ? escaped() : character);
        }
        throw failure("input ends within a string");
    }

    private void refuseControl(char character) {
        if (character < ' ') {
            throw failure("a control character is not escaped");
        }
    }

    private char escaped() {
        char character = position < characters.length ? characters[position] : 0;
        position++;
        return switch (character) {
            case '"', '\\', '/' -> character;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                position--;
                throw failure("want an escape such as \\n");
            }
        };
    }

    private char unicode() {
        int value = 0;
        for (int digit = 0; digit < 4; digit++) {
            int number =
                    position < characters.length
                            ? Character.digit(characters[position], HEXADECIMAL)
                            : -1;
            if (number < 0 || characters[position] > 'f') {
                throw failure("want a hexadecimal digit");
            }
            value = value * HEXADECIMAL + number;
            position++;
        }
        return (char) value;
    }

    /** An escape can write half of a surrogate pair, which no UTF-8 output could carry on. */
    private void refuseHalves(StringBuilder string) {
        for (int index = 0; index < string.length(); index++) {
            char character = string.charAt(index);
            if (Character.isSurrogate(character)) {
                index++;
                if (index == string.length()
                        || !Character.isSurrogatePair(character, string.charAt(index))) {
                    throw failure("half of a surrogate pair in a string");
                }
            }
        }
    }

    private boolean another(char end) {
        skipSpace();
        if (!isAt(',') && !isAt(end)) {
            throw missing("',' or '" + end + "'");
        }
        return characters[position++] == ',';
    }

    private void take(char wanted) {
        skipSpace();
        if (!isAt(wanted)) {
            throw missing("'" + wanted + "'");
        }
        position++;
    }

    private boolean isAt(char wanted) {
        return position < characters.length && characters[position] == wanted;
    }

    /** The next character that is no space, which stays the next. */
    private char peek(String wanted) {
        skipSpace();
        if (position == characters.length) {
            throw missing(wanted);
        }
        return characters[position];
    }

    private JsonException missing(String wanted) {
        return failure(
                (position == characters.length ? "input ends where it wants " : "want ") + wanted);
    }

    private void skipSpace() {
        while (position < characters.length && isSpace(characters[position])) {
            position++;
        }
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\n' || character == '\t' || character == '\r';
    }

    private JsonException failure(String details) {
        int line = 1;
        int column = 1;
        for (int index = 0; index < Math.min(position, characters.length); index++) {
            boolean newLine = characters[index] == '\n';
            line += newLine ? 1 : 0;
            column = newLine ? 1 : column + 1;
        }
        return new JsonException(details + " at line " + line + ", column " + column);
    }
}
