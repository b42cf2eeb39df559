package io.metaplugins.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our reader against Jackson's, on text that is nearly JSON. */
final class JsonReaderTest {
    private static final int TEXTS = 30_000;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\\n\\u00e9\"",
        "\"",
        "0",
        "-1",
        "2.50",
        "1e3",
        "01",
        "-",
        "1.",
        "true",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "\t",
        "\\",
        "\u0001",
        "é",
        "'",
        "{\"k\":",
        "[1,",
        "},",
        "],",
        "12345678901234567890",
        "9223372036854775807"
    };

    private final JsonMapper jackson =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    @Test
    void acceptsAndRefusesWhatJacksonDoes() {
        Random random = new Random(20260102);
        int accepted = 0;
        for (int count = 0; count < TEXTS; count++) {
            String text = random.nextBoolean() ? mutant(random) : "{\"x\":" + pieces(random) + "}";
            Optional<JsonNode> expected = byJackson(text);
            assertThat(byUs(text)).as(text).isEqualTo(expected);
            accepted += expected.isPresent() ? 1 : 0;
        }
        assertThat(accepted).isBetween(TEXTS / 20, TEXTS * 19 / 20);
    }

    private static String pieces(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(6);
        for (int index = 0; index < length; index++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static String mutant(Random random) {
        StringBuilder text =
                new StringBuilder(
                        "{\"a\":[1,-2.5e+3,{\"b\":null}],\"c\":\"x\\\"y\\/\\t\",\"d\":{},\"e\":true}");
        int changes = 1 + random.nextInt(2);
        for (int change = 0; change < changes; change++) {
            int place = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(place);
                case 1 -> text.insert(place, PIECES[random.nextInt(PIECES.length)]);
                default -> text.setCharAt(place, text.charAt(random.nextInt(text.length())));
            }
        }
        return text.toString();
    }

    private Optional<JsonNode> byJackson(String text) {
        try {
            return Optional.of(jackson.readTree(text)).filter(JsonNode::isObject);
        } catch (JacksonException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> byUs(String text) {
        try {
            return Optional.of(Json.parse(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
