package io.stepfree.processor.browser;

import io.stepfree.platform.process.InstalledPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.manager.SeleniumManager;
import org.openqa.selenium.manager.SeleniumManagerOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two programs that scanning needs.
 *
 * @param browser a Chromium; the headless shell does the same work for half the processor time
 * @param driver the ChromeDriver of the same version
 */
public record BrowserPrograms(Path browser, Path driver) {

    private static final Logger LOG = LoggerFactory.getLogger(BrowserPrograms.class);

    private static final List<String> DRIVERS =
            List.of(
                    "/usr/bin/chromedriver",
                    "chromedriver",
                    "/usr/lib/chromium/chromedriver",
                    "/usr/lib/chromium-browser/chromedriver");

    private static final String CURE =
            "install chromium-headless-shell and chromium-driver (bin/install-browser does so on Debian and Ubuntu)";

    /**
     * Finds them: where the settings say, else in the usual places and on the PATH, else through
     * Selenium Manager, which downloads them when the machine has a way to the internet.
     *
     * @param browser the setting stepfree.browser.binary, empty for none
     * @param driver the setting stepfree.browser.driver, empty for none
     * @throws BrowserMissingException when one of them is not there
     */
    public static BrowserPrograms find(String browser, String driver) {
        Optional<Path> foundBrowser =
                choose("stepfree.browser.binary", browser, InstalledPrograms.browsers());
        Optional<Path> foundDriver =
                choose(
                        "stepfree.browser.driver",
                        driver,
                        DRIVERS.stream().flatMap(InstalledPrograms::onPath));
        if (foundBrowser.isPresent() && foundDriver.isPresent()) {
            return new BrowserPrograms(foundBrowser.get(), foundDriver.get());
        }
        return download(foundBrowser.orElse(null));
    }

    private static Optional<Path> choose(String setting, String configured, Stream<Path> usual) {
        if (configured.isBlank()) {
            return usual.findFirst();
        }
        Path path = Path.of(configured);
        if (!Files.isExecutable(path)) {
            throw new BrowserMissingException(
                    "%s is %s, which is not a program that can be run: correct it, or leave it empty to look in the usual places"
                            .formatted(setting, configured));
        }
        return Optional.of(path);
    }

    private static BrowserPrograms download(@Nullable Path browser) {
        String missing = browser == null ? "Chromium" : "ChromeDriver";
        LOG.info("{} is not on this machine; asking Selenium Manager for it", missing);
        List<String> arguments =
                browser == null
                        ? List.of("--browser", "chrome")
                        : List.of("--browser", "chrome", "--browser-path", browser.toString());
        try {
            SeleniumManagerOutput.Result found =
                    SeleniumManager.getInstance().getBinaryPaths(arguments);
            Path foundBrowser = browser == null ? Path.of(found.getBrowserPath()) : browser;
            Path foundDriver = Path.of(found.getDriverPath());
            if (Files.isExecutable(foundBrowser) && Files.isExecutable(foundDriver)) {
                return new BrowserPrograms(foundBrowser, foundDriver);
            }
        } catch (WebDriverException | IllegalArgumentException | NullPointerException e) {
            LOG.debug("Selenium Manager did not help", e);
        }
        throw new BrowserMissingException(
                "%s is not on this machine and could not be downloaded: %s"
                        .formatted(missing, CURE));
    }
}
