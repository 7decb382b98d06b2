package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Follows one tab through its navigations: which document it shows, who answered for it with what,
 * whether it has loaded. Also answers what would hold the page up (dialogs) and hears from the way
 * out which documents did not get through. Events come on the connection's reading thread,
 * questions from the scan's.
 */
final class PageWatch implements CdpSession.Listener {

    /**
     * A page that goes on to another document more often than this has no end worth waiting for.
     */
    private static final int MOST_DOCUMENTS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(PageWatch.class);

    private final ScanEgress egress;
    private final PageSettings settings;
    private final OriginSecrets secrets;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, String> asked = new HashMap<>();
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<String, String> errors = new HashMap<>();
    private final Set<String> parsed = new HashSet<>();
    private final Set<String> loaded = new HashSet<>();
    private final Map<String, CdpSession> frameSessions = new HashMap<>();
    private @Nullable CdpSession session;
    private @Nullable Document current;
    private @Nullable String pending;
    private @Nullable Failure refusal;
    private @Nullable CdpException ending;
    private boolean download;
    private int documents;
    private final Set<String> inFlight = new HashSet<>();
    private long lastNetworkChange = System.nanoTime();

    /**
     * The document that the tab shows.
     *
     * @param loader names it; a reload has another one
     */
    record Document(String loader, String url, boolean errorPage) {}

    /**
     * What the server said of a document.
     *
     * @param retryAfter the header Retry-After (RFC 9110, 10.2.3); empty when there is none
     * @param challenged whether it says itself that this is a bot wall in the page's place
     */
    record Answer(
            String url,
            int status,
            String mimeType,
            boolean attachment,
            String retryAfter,
            boolean challenged) {}

    PageWatch(ScanEgress egress, PageSettings settings, OriginSecrets secrets, Deadline deadline) {
        this.egress = egress;
        this.settings = settings;
        this.secrets = secrets;
        this.deadline = deadline;
        egress.whenExceeded(
                obstacle -> locked(() -> refuse(Optional.of(TargetGuard.exceeded(obstacle)))));
    }

    /** Says whose events these are; before any of its domains is enabled. */
    void follow(CdpSession tab) {
        locked(() -> session = tab);
    }

    /** Waits until the page has loaded and then shown the same document for {@code quiet}. */
    Load awaitLoad(Deadline patience, Duration quiet)
            throws CdpException, ScanFailedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Document settling = null;
            Deadline settled = deadline;
            while (true) {
                check();
                Document document = current;
                boolean still = document != null && pending == null;
                if (document != null && still && breakage(document).isPresent()) {
                    return new Load(document, false);
                }
                if (document != null && still && loaded.contains(document.loader())) {
                    if (settling == null || !settling.loader().equals(document.loader())) {
                        settling = document;
                        settled = Deadline.after(quiet);
                    }
                    if (settled.hasPassed()) {
                        return new Load(document, true);
                    }
                    await(deadline.within(settled.left()));
                } else {
                    settling = null;
                    if (patience.hasPassed()
                            && document != null
                            && still
                            && parsed.contains(document.loader())) {
                        return new Load(document, false);
                    }
                    await(patience.hasPassed() ? deadline : deadline.within(patience.left()));
                }
                if (deadline.hasPassed()) {
                    throw new ScanFailedException(
                            Failures.of(
                                    FailureType.TIMEOUT,
                                    "The page did not load before the deadline"));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param complete false when scripts, images or frames were still loading as patience ended
     */
    record Load(Document document, boolean complete) {}

    /** What was answered for a document, as far as that is known. */
    Optional<Answer> answer(String loader) {
        return locked(() -> Optional.ofNullable(answers.get(loader)));
    }

    /** Why a document could not be loaded, in Chromium's words. */
    Optional<String> error(String loader) {
        return locked(() -> Optional.ofNullable(errors.get(loader)));
    }

    /**
     * Why a document that is shown did not arrive whole. A page that stops its own loading is as
     * its author wants it.
     */
    Optional<String> breakage(Document document) {
        return error(document.loader()).filter(error -> !error.equals("net::ERR_ABORTED"));
    }

    /** Why an address that the page led to was not visited. */
    Optional<Failure> refusal() {
        return locked(() -> Optional.ofNullable(refusal));
    }

    boolean hasDownload() {
        return locked(() -> download);
    }

    boolean shows(Document document) {
        return locked(() -> current != null && current.loader().equals(document.loader()));
    }

    /** For how long nothing has been asked for or arrived; zero while something is under way. */
    Duration networkQuietFor() {
        return locked(() ->
                inFlight.isEmpty()
                        ? Duration.ofNanos(System.nanoTime() - lastNetworkChange)
                        : Duration.ZERO);
    }

    /** The document that the tab shows now. */
    Optional<Document> document() {
        return locked(() -> Optional.ofNullable(current));
    }

    /** The session of a frame that has a process of its own. */
    Optional<CdpSession> frameSession(String frameId) {
        return locked(() -> Optional.ofNullable(frameSessions.get(frameId)));
    }

    @Override
    public void happened(String method, JsonNode parameters) {
        locked(() -> handle(method, parameters));
    }

    @Override
    public void ended(CdpException why) {
        // In braces: an assignment as such would be taken for a question, which wakes nobody.
        locked(() -> {
            ending = why;
        });
    }

    private void check() throws CdpException, ScanFailedException {
        if (refusal != null) {
            throw new ScanFailedException(refusal);
        }
        if (ending != null) {
            throw ending;
        }
        if (documents > MOST_DOCUMENTS) {
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.NAVIGATION,
                            "The page keeps reloading or moving on; it did so more than %d times"
                                    .formatted(MOST_DOCUMENTS)));
        }
    }

    /** Waits for an event or the deadline; the caller's loop finds out which it was. */
    @SuppressWarnings("WaitNotInLoop")
    private void await(Deadline until) throws InterruptedException {
        boolean _ = changed.await(until.left().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void handle(String method, JsonNode parameters) {
        switch (method) {
            case "Page.javascriptDialogOpening" ->
                    sendLater(
                            session,
                            "Page.handleJavaScriptDialog",
                            Map.of("accept", "beforeunload".equals(text(parameters, "type"))));
            case "Page.frameNavigated" -> showDocument(parameters.path("frame"));
            case "Page.lifecycleEvent" -> progress(parameters);
            case "Page.downloadWillBegin" -> download = download || isMainFrame(parameters);
            case "Network.requestWillBeSent" -> {
                network(() -> inFlight.add(text(parameters, "requestId")));
                beginNavigation(parameters);
            }
            case "Network.responseReceived" -> keepAnswer(parameters);
            case "Network.loadingFinished" ->
                    network(() -> inFlight.remove(text(parameters, "requestId")));
            case "Network.loadingFailed" -> {
                network(() -> inFlight.remove(text(parameters, "requestId")));
                failNavigation(parameters);
            }
            case "Fetch.requestPaused", "Fetch.authRequired" -> answerLater(method, parameters);
            case "Target.attachedToTarget" -> adopt(parameters);
            default -> {
                // The browser tells much more than we ask.
            }
        }
    }

    private void showDocument(JsonNode frame) {
        if (frame.hasNonNull("parentId")) {
            return;
        }
        String url = text(frame, "url");
        String loader = text(frame, "loaderId");
        current =
                new Document(
                        loader,
                        url,
                        frame.hasNonNull("unreachableUrl") || url.startsWith("chrome-error:"));
        documents++;
        if (loader.equals(pending)) {
            pending = null;
        }
    }

    private void progress(JsonNode event) {
        if (isMainFrame(event)) {
            switch (text(event, "name")) {
                case "DOMContentLoaded" -> parsed.add(text(event, "loaderId"));
                case "load" -> loaded.add(text(event, "loaderId"));
                default -> {
                    // Paint and idle do not matter here.
                }
            }
        }
    }

    private void beginNavigation(JsonNode event) {
        if (!isMainDocument(event)) {
            return;
        }
        pending = text(event, "loaderId");
        asked.put(pending, text(event.path("request"), "url"));
    }

    private void keepAnswer(JsonNode event) {
        if (!isMainDocument(event)) {
            return;
        }
        JsonNode response = event.path("response");
        JsonNode headers = response.path("headers");
        answers.put(
                text(event, "loaderId"),
                new Answer(
                        text(response, "url"),
                        response.path("status").asInt(0),
                        text(response, "mimeType"),
                        header(headers, "content-disposition")
                                .strip()
                                .toLowerCase(Locale.ROOT)
                                .startsWith("attachment"),
                        header(headers, "retry-after").strip(),
                        header(headers, "cf-mitigated").strip().equalsIgnoreCase("challenge")));
    }

    private static String header(JsonNode headers, String name) {
        return headers.properties().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> header.getValue().asString(""))
                .findFirst()
                .orElse("");
    }

    private void network(Runnable change) {
        change.run();
        lastNetworkChange = System.nanoTime();
    }

    private void failNavigation(JsonNode event) {
        String request = text(event, "requestId");
        errors.put(request, text(event, "errorText"));
        String url = asked.get(request);
        if (url != null && !answers.containsKey(request)) {
            refuse(TargetGuard.failure(egress, url));
        }
        if (request.equals(pending)) {
            pending = null;
        }
    }

    private void answerLater(String method, JsonNode event) {
        CdpSession asking = session;
        if (asking != null) {
            Thread.ofVirtual()
                    .name("answer-request")
                    .start(() -> secrets.answer(asking, method, event));
        }
    }

    private void adopt(JsonNode event) {
        CdpSession parent = session;
        if (parent == null) {
            return;
        }
        if ("iframe".equals(text(event.path("targetInfo"), "type"))) {
            adoptFrame(parent, event);
        } else {
            letGo(parent, event);
        }
    }

    private void adoptFrame(CdpSession parent, JsonNode event) {
        String frameId = text(event.path("targetInfo"), "targetId");
        CdpSession frame =
                parent.adopt(
                        text(event, "sessionId"),
                        frameId,
                        new CdpSession.Listener() {
                            @Override
                            public void happened(String method, JsonNode parameters) {
                                switch (method) {
                                    case "Target.attachedToTarget" ->
                                            locked(() -> adopt(parameters));
                                    default -> {
                                        // The frame is looked at by the engine only.
                                    }
                                }
                            }

                            @Override
                            public void ended(CdpException why) {
                                // By then the frame may have another session.
                                locked(() -> {
                                    frameSessions.computeIfPresent(
                                            frameId, (id, known) -> known.isEnded() ? null : known);
                                });
                            }
                        });
        frameSessions.put(frameId, frame);
        Thread.ofVirtual()
                .name("watch-frame")
                .start(() -> {
                    ignore(frame.send("Target.setAutoAttach", Tab.AUTO_ATTACH));
                    for (PageSettings.Setting setting : settings.inherited()) {
                        ignore(frame.send(setting.method(), setting.parameters()));
                    }
                    ignore(frame.send("Runtime.runIfWaitingForDebugger", Map.of()));
                });
    }

    /** For workers: they are only attached because they would stand still otherwise. */
    private static void letGo(CdpSession parent, JsonNode event) {
        CdpSession worker =
                parent.adopt(
                        text(event, "sessionId"),
                        text(event.path("targetInfo"), "targetId"),
                        new CdpSession.Listener() {
                            @Override
                            public void happened(String method, JsonNode parameters) {
                                // Nothing is asked of it.
                            }

                            @Override
                            public void ended(CdpException why) {
                                // Nobody waits for it.
                            }
                        });
        Thread.ofVirtual()
                .name("let-worker-go")
                .start(() -> ignore(worker.send("Runtime.runIfWaitingForDebugger", Map.of())));
    }

    private void refuse(Optional<Failure> failure) {
        if (refusal == null) {
            refusal = failure.orElse(null);
        }
    }

    /**
     * For events: sending may take seconds, in which neither the reading thread nor the lock may be
     * held.
     */
    private static void sendLater(
            @Nullable CdpSession to, String method, Map<String, ?> parameters) {
        if (to != null) {
            Thread.ofVirtual()
                    .name("answer-event")
                    .start(() -> ignore(to.send(method, parameters)));
        }
    }

    /** For commands whose only failure is that the tab is gone, which is told elsewhere. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void ignore(java.util.concurrent.CompletableFuture<JsonNode> answer) {
        answer.whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.debug("Not answered: {}", failure.getMessage());
            }
        });
    }

    private boolean isMainDocument(JsonNode event) {
        return isMainFrame(event) && "Document".equals(text(event, "type"));
    }

    private boolean isMainFrame(JsonNode event) {
        return session != null && session.targetId().equals(text(event, "frameId"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("");
    }

    private void locked(Runnable step) {
        lock.lock();
        try {
            step.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(java.util.function.Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }
}
