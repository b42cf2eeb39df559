package io.metaplugins.dist.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EarlyLinkerTest {
    record All(
            boolean flag,
            byte small,
            short shorter,
            char character,
            int number,
            long longer,
            float real,
            double precise,
            @Nullable String text,
            List<Object> things) {}

    record None() {}

    sealed interface Shape permits Circle, Square, Line {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    record Line(int from, int to) implements Shape {
        /** A switch within an interface's implementation that falls through to later cases. */
        static String name(Shape shape) {
            return switch (shape) {
                case Circle(int radius) when radius > 10 -> "large circle";
                case Circle _ -> "circle";
                case Square(int side) when side > 10 -> "large square";
                case Line line when line.from == line.to -> "point";
                case Square _ -> "square";
                case Line _ -> "line";
            };
        }
    }

    /** All that the linked and the original classes say of the same values. */
    public static final class Sayings implements Supplier<List<Object>> {
        @Override
        public List<Object> get() {
            List<Object> values =
                    List.of(
                            all(0.0f, Double.NaN, "text"),
                            all(-0.0f, Double.NaN, "text"),
                            all(0.0f, Double.NaN, "text"),
                            all(0.0f, 1.0, null),
                            new None(),
                            new None(),
                            new Circle(1),
                            new Square(1),
                            new Line(1, 1),
                            "no record");
            List<Object> sayings = new ArrayList<>();
            for (Object value : values) {
                sayings.add(value.toString());
                sayings.add(value.hashCode());
                values.forEach(other -> sayings.add(value.equals(other)));
            }
            for (Shape shape :
                    List.of(
                            new Circle(1),
                            new Circle(11),
                            new Square(1),
                            new Square(11),
                            new Line(1, 1),
                            new Line(1, 2))) {
                sayings.add(Line.name(shape));
            }
            for (String word : Arrays.asList("yes", "yea", "no", "", "perhaps", null)) {
                sayings.add(meaning(word));
            }
            return sayings;
        }

        /** Texts and null, which make a type switch of a switch over texts. */
        private static String meaning(@Nullable String word) {
            return switch (word) {
                case null -> "nothing";
                case "yes", "yea" -> "agreement";
                case String text when text.isEmpty() -> "silence";
                case "no" -> "refusal";
                case String text -> text;
            };
        }

        private static All all(float real, double precise, @Nullable String text) {
            return new All(
                    true, (byte) -1, (short) -2, 'c', 3, 4L, real, precise, text, List.of(5, "6"));
        }
    }

    /** Defines the classes of this test anew, linked early. */
    private static final class Linked extends ClassLoader {
        private final Set<String> dynamic = new TreeSet<>();

        Linked() {
            super(EarlyLinkerTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(EarlyLinkerTest.class.getName() + "$")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            byte[] linked = EarlyLinker.link(bytes(name));
            dynamic.addAll(DynamicCalls.bootstraps(linked));
            return defineClass(name, linked, 0, linked.length);
        }
    }

    @Test
    void saysTheSameOfEachValue() throws ReflectiveOperationException {
        Linked linked = new Linked();
        Supplier<?> sayings =
                (Supplier<?>)
                        linked.loadClass(Sayings.class.getName())
                                .getDeclaredConstructor()
                                .newInstance();
        assertThat(sayings.getClass()).isNotEqualTo(Sayings.class);
        assertThat(sayings.get()).isEqualTo(new Sayings().get());
        assertThat(linked.dynamic).containsExactly("java.lang.invoke.LambdaMetafactory");
    }

    @Test
    void refusesNullAsTheSwitchDoes() throws ReflectiveOperationException {
        Linked linked = new Linked();
        var name =
                linked.loadClass(Line.class.getName())
                        .getDeclaredMethod("name", linked.loadClass(Shape.class.getName()));
        name.setAccessible(true);
        assertThatThrownBy(() -> name.invoke(null, new Object[] {null}))
                .hasCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void leavesOtherClassesAsTheyAre() {
        byte[] bytes = bytes(EarlyLinkerTest.class.getName());
        assertThat(EarlyLinker.link(bytes)).isSameAs(bytes);
    }

    private static byte[] bytes(String name) {
        try (InputStream in =
                EarlyLinkerTest.class.getResourceAsStream(
                        name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
