package io.stepfree.gateway;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * With which key cursors are signed. It is checked by {@link
 * io.stepfree.gateway.scans.CursorKey#of} and not here, because Spring shows the values of what it
 * cannot bind; and it stands apart from the other settings of the gateway, so that those can be
 * shown.
 *
 * @param cursorKey the key that the cursors of lists are signed with, the Base64 form of 32 random
 *     bytes, as from openssl rand -base64 32; the same at every gateway. Without one they share a
 *     random one in PostgreSQL
 */
@ConfigurationProperties("stepfree.gateway")
public record CursorProperties(@DefaultValue("") String cursorKey) {

    @Override
    public String toString() {
        return "CursorProperties[cursorKey=%s]".formatted(cursorKey.isEmpty() ? "none" : "set");
    }
}
