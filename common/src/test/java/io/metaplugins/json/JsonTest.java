package io.metaplugins.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":[1,-2,9223372036854775807,123456789012345678901234567890]}",
                "{\"a\":{\"b\":[true,false,null,\"\",{}]}}",
                "{\"a\":1.50,\"b\":-0.001,\"c\":1E+400}",
                "{\"a\":\"\\\"\\\\\\n\\u0000é€😀\"}"
            })
    void writesWhatItRead(String json) {
        assertThat(Json.write(Json.parse(json.getBytes(StandardCharsets.UTF_8)))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | empty",
                "` \n ` | empty",
                "[] | line 1, column 1",
                "null | line 1, column 1",
                "\"text\" | line 1, column 1",
                "{\"a\": 1 | line 1, column 8",
                "{\"a\": | line 1, column",
                "{\"a | line 1, column",
                "{\"a\": 1}} | line 1, column 9",
                "{\"a\": 1} {} | line 1, column 10",
                "{\"a\": 1, \"a\": 1} | key 'a' is given twice at line 1, column",
                "{\"x\": {\"a\": 1, \"a\": 2}} | key 'a' is given twice at line 1, column",
                "{\"a\": 01} | line 1, column",
                "{\"a\": NaN} | want a value at line 1, column 7",
                "{\"a\": trux} | want a value at line 1, column 7",
                "{\"a\": 1.} | want a digit at line 1, column 9",
                "{\"a\": 1e} | want a digit at line 1, column 9",
                "{\"a\": -} | want a digit at line 1, column 8",
                "{\"a\": .5} | want a value at line 1, column 7",
                "{\"a\": +5} | want a value at line 1, column 7",
                "{\"a\": -01} | leading zero at line 1, column 8",
                "{\"a\": 1e99999999999} | exponent at line 1, column 20",
                "{\"a\" 1} | want ':' at line 1, column 6",
                "{\"a\": [1 2]} | want ',' or ']' at line 1, column 10",
                "{\"a\": [1,]} | want a value at line 1, column 10",
                "{\"a\": \"\\x\"} | escape such as",
                "{\"a\": \"\\u12\"} | hexadecimal digit at line 1, column 12",
                "{\"a\": \"\\u12G4\"} | hexadecimal digit",
                "{\"a\": \"\\ | escape such as",
                "`{\n\"a\":\n x}` | want a value at line 3, column 2",
                "{'a': 1} | line 1, column 2",
                "{\"a\": 1,} | line 1, column",
                "{\"a\": \"\t\"} | line 1, column",
                "{/* no */} | line 1, column",
                "{\"a\": \"\\ud800\"} | surrogate",
                "{\"a\": \"\\udc00x\"} | surrogate",
                "{\"\\ud83d\": 1} | surrogate"
            })
    void refusesWhatIsNotOneObjectAndSaysWhere(String json, String place) {
        assertThatThrownBy(() -> Json.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining(place);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] latin = "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> Json.parse(latin))
                .hasMessageContaining("input is not UTF-8 at byte 7");
    }

    @Test
    void refusesUtf8ThatEndsInTheMiddleOfACharacter() {
        byte[] cut = {'{', (byte) 0xe2, (byte) 0x82};

        assertThatThrownBy(() -> Json.parse(cut)).hasMessageContaining("not UTF-8 at byte 1");
    }

    @Test
    void refusesUtf8WithSurrogates() {
        byte[] surrogate = {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'};

        assertThatThrownBy(() -> Json.parse(surrogate)).hasMessageContaining("not UTF-8 at byte 2");
    }

    @Test
    void readsNoDeeperThanTheLimit() {
        int levels = Json.MAX_DEPTH;

        assertThat(Json.parse(nested(levels))).isNotNull();
        assertThatThrownBy(() -> Json.parse(nested(levels + 1)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("more than 64 levels of nesting at line 1, column 69");
        assertThatThrownBy(() -> Json.parse(nested(200_000)))
                .hasMessageContaining("more than 64 levels");
    }

    private static String nested(int levels) {
        return "{\"a\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }
}
