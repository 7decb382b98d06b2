package io.stepfree.platform.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetPolicyTest {

    private static final List<Integer> PORTS = List.of(80, 443, 8080, 8443);

    private final TargetPolicy strict = policy();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://localhost/",
                "http://LOCALHOST/",
                "http://x.localhost/",
                "http://localhost./",
                "http://[::1]/",
                "http://[::]/",
                "http://[::ffff:127.0.0.1]/",
                "http://2130706433/",
                "http://0x7f.1/",
                "http://017700000001/",
                "http://127.1/",
                "http://0.0.0.0/",
                "http://0/",
                "http://①②⑦.⓪.⓪.①/",
                "http://10.1.2.3/",
                "http://172.16.0.1/",
                "http://192.168.1.1/",
                "http://169.254.169.254/",
                "http://metadata.google.internal/",
                "http://100.64.0.1/",
                "http://198.18.0.1/",
                "http://192.0.0.1/",
                "http://240.0.0.1/",
                "http://0.1.2.3/",
                "http://255.255.255.255/",
                "http://[fd00::1]/",
                "http://[fe80::1]/",
                "http://[fec0::1]/",
                "http://[64:ff9b::808:808]/",
                "http://[2002:7f00:1::]/",
                "http://[2001:0:1::1]/",
                "http://[::10.0.0.1]/",
                "http://224.0.0.1/",
                "http://[ff02::1]/",
                "http://172.31.255.255/",
                "http://192.0.2.1/",
                "http://198.51.100.1/",
                "http://203.0.113.1/",
                "http://192.88.99.1/",
                "http://192.31.196.1/",
                "http://192.52.193.1/",
                "http://192.175.48.1/",
                "http://100.127.255.255/",
                "http://198.19.255.255/",
                "http://169.254.170.2/",
                "http://[fd00:ec2::254]/",
                "http://[fc00::1]/",
                "http://[::ffff:10.0.0.1]/",
                "http://[::ffff:0:127.0.0.1]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b:1::1]/",
                "http://[2002:a00:1::]/",
                "http://[100::1]/",
                "http://[2001:db8::1]/",
                "http://[2620:4f:8000::1]/",
                "http://[3fff::1]/",
                "http://[5f00::1]/",
                "http://[1234::1]/",
                "http://[4000::1]/",
                "http://239.255.255.250/",
                "http://metadata/",
                "http://instance-data.ec2.internal/",
                "http://0177.0.0.1/",
                "http://１２７.0.0.1/",
                "http://127.0.0.1./",
                "http://router/",
                "http://printer.local/"
            })
    void aPrivateOrSpecialAddressIsRefused(String url) {
        assertThat(reason(strict.judgeUrl(url))).contains("not a public");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://example.com@127.0.0.1/ | credentials",
                "http://user:secret@example.com/ | credentials",
                "http://127.0.0.1:6666\\@1.1.1.1/ | backslash",
                "http://exa mple.com/ | space",
                "http://exa%00mple.com/ | not a host name",
                "http://127.0.0.1%2f@example.com/ | credentials",
                "http://exa\\mple.com/ | backslash",
                "file:///etc/passwd | only http:// and https://",
                "FILE:///etc/passwd | only http:// and https://",
                "chrome://settings | only http:// and https://",
                "view-source:http://example.com/ | only http:// and https://",
                "about:blank | only http:// and https://",
                "javascript:alert(1) | only http:// and https://",
                "data:text/html,x | only http:// and https://",
                "ftp://example.com/ | only http:// and https://",
                "ws://example.com/ | only http:// and https://",
                "http:///x | no host",
                "example.com | no scheme",
                "http://example.com:22/ | port 22",
                "http://example.com:5432/ | port 5432",
                "http://example.com:9092/ | port 9092",
                "http://example.com:0/ | port 0",
                "http://example.com:99999/ | port 99999",
                "http://exa_-.com-/ | not a host name",
                "http://1.2.3.4.5/ | not an address",
                "http://256.1.1.1/ | not an address",
                "http://[1.2.3.4]/ | not an address",
                "http://[fe80::1%25eth0]/ | not an address"
            })
    void whatIsNotAPageAddressIsRefusedWithTheReason(String url, String reason) {
        assertThat(reason(strict.judgeUrl(url))).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\r\n", "\n", "\0", " "})
    void controlCharactersInAHostAreRefused(String control) {
        assertThat(reason(strict.judgeUrl("http://exa" + control + "mple.com/")))
                .contains("control character");
    }

    @Test
    void anOverlongAddressOrLabelIsRefused() {
        assertThat(reason(strict.judgeUrl("https://example.com/" + "a".repeat(2_048))))
                .contains("more than 2048");
        assertThat(reason(strict.judgeUrl("https://" + "a".repeat(64) + ".com/")))
                .contains("not a host name");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, https://example.com/, example.com, 443",
        "HTTP://EXAMPLE.com:80/a?b#c, http://example.com/a?b#c, example.com, 80",
        "https://example.com:8443/, https://example.com:8443/, example.com, 8443",
        "https://example.com?q=1, https://example.com/?q=1, example.com, 443",
        "https://bücher.example/, https://xn--bcher-kva.example/, xn--bcher-kva.example, 443",
        "http://8.8.8.8/, http://8.8.8.8/, 8.8.8.8, 80",
        "http://[2606:4700::1111]/, http://[2606:4700::1111]/, 2606:4700::1111, 80",
        "https://example.com./x, https://example.com/x, example.com, 443"
    })
    void aPublicAddressIsAllowedInItsPlainForm(String url, String plain, String host, int port) {
        assertThat(strict.judgeUrl(url))
                .isEqualTo(new Verdict.Allowed(new Target(plain, host, port)));
    }

    @Test
    void anAllowListOpensExactlyWhatItNames() {
        TargetPolicy policy = policy("127.0.0.1:8000", "10.1.0.0/16", "intranet.example:81");

        assertThat(policy.judgeUrl("http://127.0.0.1:8000/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("http://127.1:8000/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("http://127.0.0.1:8001/")).isInstanceOf(Verdict.Refused.class);
        assertThat(policy.judgeUrl("http://10.1.2.3:3000/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("http://10.2.0.1/")).isInstanceOf(Verdict.Refused.class);
        assertThat(policy.judgeUrl("http://intranet.example:81/"))
                .isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("http://intranet.example:82/x"))
                .as("a block without a port may cover it, so the resolved address decides")
                .isInstanceOf(Verdict.Allowed.class);
    }

    @Test
    void aNameIsJudgedAgainByWhatItResolvesTo() throws Exception {
        InetAddress loopback =
                InetAddress.getByAddress("rebound.example", new byte[] {127, 0, 0, 1});
        InetAddress open = InetAddress.getByAddress("example.com", new byte[] {8, 8, 8, 8});

        assertThat(reason(strict.judgeAddress(loopback, "rebound.example", 80)))
                .contains("resolves to 127.0.0.1");
        assertThat(strict.judgeAddress(open, "example.com", 443))
                .isInstanceOf(Verdict.Allowed.class);
        assertThat(strict.judgeAddress(open, "example.com", 22))
                .isInstanceOf(Verdict.Refused.class);
        assertThat(policy("127.0.0.1").judgeAddress(loopback, "rebound.example", 80))
                .isInstanceOf(Verdict.Allowed.class);
    }

    @Test
    void anAllowListThatOpensEverythingOpensLocalNamesToo() {
        TargetPolicy policy = policy("0.0.0.0/0", "::/0");

        assertThat(policy.judgeUrl("http://localhost:3000/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("http://[::1]:3000/")).isInstanceOf(Verdict.Allowed.class);
        assertThat(policy.judgeUrl("file:///etc/passwd")).isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*.example.com", "not/a/block", "a:b", "[::1"})
    void anEntryThatCannotBeReadIsNamed(String entry) {
        assertThatThrownBy(() -> policy(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stepfree.targets.allow has '" + entry + "'");
    }

    private static TargetPolicy policy(String... allow) {
        return TargetPolicy.of(new TargetProperties(List.of(allow), PORTS));
    }

    private static String reason(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Refused(String reason) -> reason;
            case Verdict.Allowed(Target target) -> "allowed: " + target;
        };
    }
}
