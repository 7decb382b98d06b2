package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryVerdictTest {

    private static final long MEGABYTE = 1 << 20;
    private static final BrowserLimits LIMITS =
            new BrowserLimits(500, 900 * MEGABYTE, 1, Duration.ofSeconds(30));

    @Test
    void aBrowserWithinItsBoundsIsLeftAlone() {
        assertThat(verdict(shared(200), page(300)))
                .isEqualTo(new MemoryVerdict.Fine(500 * MEGABYTE, 300 * MEGABYTE));
    }

    @Test
    void aPageThatTakesTwoThirdsIsEndedByItself() {
        assertThat(verdict(shared(200), page(100), page(601), page(90)))
                .isEqualTo(new MemoryVerdict.EndPage(991 * MEGABYTE, page(601)));
    }

    @Test
    void aBrowserThatIsLargeAsAWholeIsDrained() {
        assertThat(verdict(shared(200), page(400), page(400)))
                .isEqualTo(new MemoryVerdict.Drain(1_000 * MEGABYTE, 200 * MEGABYTE));
    }

    @Test
    void aBrowserThatTakesTwiceAsMuchIsKilled() {
        assertThat(verdict(shared(1_300), page(501)))
                .isEqualTo(new MemoryVerdict.Kill(1_801 * MEGABYTE));
    }

    @Test
    void theGuiltyPageGoesBeforeTheWholeBrowserDoes() {
        assertThat(verdict(shared(500), page(1_500))).isInstanceOf(MemoryVerdict.EndPage.class);
    }

    @Test
    void theLessRoomIsLeftTheSoonerIsTheNextLook() {
        assertThat(MemoryWatch.pause(5_000 * MEGABYTE)).isEqualTo(Duration.ofSeconds(2));
        assertThat(MemoryWatch.pause(512 * MEGABYTE))
                .isBetween(Duration.ofMillis(900), Duration.ofMillis(1_100));
        assertThat(MemoryWatch.pause(0)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void theShareOfAProcessIsReadWithWhatIsSwappedOut() {
        assertThat(
                        ProcessMemory.sumOfShares(
                                """
                                55f0-7ffc ---p 00000000 00:00 0    [rollup]
                                Rss:                1776 kB
                                Pss:                 272 kB
                                Pss_Dirty:           116 kB
                                Swap:                 50 kB
                                SwapPss:              28 kB
                                """))
                .isEqualTo(300 * 1_024);
    }

    @Test
    void whereTheShareIsNotToldWhatAProcessHasForItselfCounts() {
        assertThat(
                        ProcessMemory.sumOfOwn(
                                """
                                VmRSS:	   86516 kB
                                RssAnon:	   14236 kB
                                RssFile:	   71996 kB
                                RssShmem:	     284 kB
                                VmSwap:	      80 kB
                                """))
                .isEqualTo(14_600 * 1_024);
    }

    private static MemoryVerdict verdict(ProcessMemory... processes) {
        return MemoryVerdict.of(List.of(processes), LIMITS);
    }

    private static ProcessMemory shared(long megabytes) {
        return new ProcessMemory(1, megabytes * MEGABYTE, false);
    }

    private static ProcessMemory page(long megabytes) {
        return new ProcessMemory(2, megabytes * MEGABYTE, true);
    }
}
