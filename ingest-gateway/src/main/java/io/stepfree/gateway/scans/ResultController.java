package io.stepfree.gateway.scans;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * One scan over HTTP, and its report alone. Who sends the tag of what it has is answered with 304
 * as long as that is all there is.
 */
@Needs(Scope.READ)
@RestController
public final class ResultController {

    private final KnownScans scans;
    private final ShownScans shown;

    public ResultController(KnownScans scans, ShownScans shown) {
        this.scans = scans;
        this.shown = shown;
    }

    @GetMapping(ScanLinks.SCANS + "/{id}")
    ResponseEntity<byte[]> show(
            Caller caller, @PathVariable String id, HttpServletRequest request) {
        return answer(shown.show(scans.find(caller.client(), id)), request);
    }

    @GetMapping(ScanLinks.SCANS + "/{id}/result")
    ResponseEntity<byte[]> result(
            Caller caller, @PathVariable String id, HttpServletRequest request) {
        return answer(ShownScans.Shown.of(scans.report(caller.client(), id)), request);
    }

    private static ResponseEntity<byte[]> answer(
            ShownScans.Shown content, HttpServletRequest request) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noCache().cachePrivate())
                .eTag(content.tag().header(request.getHeader(HttpHeaders.ACCEPT_ENCODING)))
                .contentType(MediaType.APPLICATION_JSON)
                .body(content.bytes());
    }
}
