package io.stepfree.platform.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternTest {

    private static final int ROUNDS = 50_000;
    private static final List<String> PATTERN_PIECES =
            List.of("a", "b", "/", "*", "**", "***", ".", "?", "(", "a+", "\\");
    private static final List<String> TEXT_PIECES =
            List.of("a", "b", "/", ".", "?", "(", "a+", "\\", "c", "*");

    @ParameterizedTest
    @CsvSource({
        "/docs/**, /docs/, true",
        "/docs/**, /docs/a/b?x=1, true",
        "/docs/**, /docs, false",
        "/docs/*, /docs/a, true",
        "/docs/*, /docs/a/b, false",
        "/docs/*.html, /docs/a.html, true",
        "/*/print, /a/print, true",
        "/*/print, /a/b/print, false",
        "**/print, /a/b/print, true",
        "**?page=*, /list?page=7, true",
        "**?page=*, /list-page=7, false",
        "/Docs, /docs, false",
        "**, /, true",
        "'', /, false"
    })
    void aPatternSaysWhichPathsItMeans(String pattern, String path, boolean matches) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(matches);
    }

    /** Held against the regular expression of the same meaning, which clients may not write. */
    @Test
    void everyPatternMatchesWhatItsRegularExpressionDoes() {
        var random = new Random(19);
        for (int round = 0; round < ROUNDS; round++) {
            String pattern = text(random, PATTERN_PIECES);
            String text = text(random, TEXT_PIECES);

            assertThat(PathPattern.of(pattern).matches(text))
                    .as("%s on %s", pattern, text)
                    .isEqualTo(expression(pattern).matcher(text).matches());
        }
    }

    @Test
    void aPatternAcrossSeveralWordsMatchesLikeAShortOne() {
        String literal = "/" + "a".repeat(99);
        var pattern = PathPattern.of(literal + "*" + literal.substring(1, 90) + "**z");

        assertThat(pattern.matches(literal + "b" + literal.substring(1, 90) + "/c/z")).isTrue();
        assertThat(pattern.matches(literal + "b" + literal.substring(1, 90) + "/c/y")).isFalse();
    }

    /** On a matcher that goes back and tries again, this would not end in anybody's life. */
    @Test
    @Timeout(10)
    void noPatternTakesLongOnAnyText() {
        var pattern = PathPattern.of("*a".repeat(100));
        String text = "a".repeat(2_047) + "b";
        long before = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(pattern.matches(text)).isFalse();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aPatternThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> PathPattern.of("a".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pattern has 201 characters, more than 200");
        assertThat(PathPattern.of("a".repeat(200)).matches("a".repeat(200))).isTrue();
    }

    private static String text(Random random, List<String> pieces) {
        var text = new StringBuilder();
        int length = random.nextInt(9);
        for (int i = 0; i < length; i++) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    private static Pattern expression(String pattern) {
        var expression = new StringBuilder();
        int place = 0;
        while (place < pattern.length()) {
            int stars = 0;
            while (place + stars < pattern.length() && pattern.charAt(place + stars) == '*') {
                stars++;
            }
            if (stars == 0) {
                expression.append(Pattern.quote(pattern.substring(place, ++place)));
            } else {
                expression.append(stars == 1 ? "[^/]*" : ".*");
                place += stars;
            }
        }
        return Pattern.compile(expression.toString());
    }
}
