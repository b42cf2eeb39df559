package io.metaplugins.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Test
    void keepsTheTraceAndHasASpanOfItsOwnForEachRequest() {
        TraceContext first = TraceContext.of(PARENT).orElseThrow();
        TraceContext second = TraceContext.of(PARENT).orElseThrow();

        assertThat(first.trace()).isEqualTo(TRACE);
        assertThat(first.span()).matches("[0-9a-f]{16}").isNotEqualTo("00f067aa0ba902b7");
        assertThat(second.span()).isNotEqualTo(first.span());
    }

    @Test
    void understandsLaterVersionsWithWhatTheyAppend() {
        assertThat(TraceContext.of(PARENT.replaceFirst("00", "cc") + "-what")).isPresent();
        assertThat(TraceContext.of(PARENT.replaceFirst("00", "cc"))).isPresent();
    }

    @Test
    void ignoresWhatIsNoParent() {
        List<String> wrong =
                List.of(
                        "",
                        "00-1-2-3",
                        PARENT.toUpperCase(java.util.Locale.ROOT),
                        PARENT + "-what",
                        PARENT.replaceFirst("00", "ff"),
                        PARENT.replaceFirst("00", "cc") + "what",
                        PARENT.replace(TRACE, "0".repeat(32)),
                        PARENT.replace("00f067aa0ba902b7", "0".repeat(16)),
                        PARENT.replace('-', '_'),
                        PARENT.substring(1));

        assertThat(wrong).allMatch(each -> TraceContext.of(each).isEmpty());
    }
}
