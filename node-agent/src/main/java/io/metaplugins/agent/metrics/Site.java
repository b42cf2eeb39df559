package io.metaplugins.agent.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What there is to be asked for over HTTP. */
record Site(Metrics metrics, Health health) {
    private static final String PLAIN = "text/plain; charset=utf-8";

    /**
     * A whole answer (RFC 1945).
     *
     * @param line the request's first
     */
    ByteBuffer answer(String line) {
        List<String> words = List.of(line.split(" ", -1));
        String method = words.getFirst();
        if (words.size() < 2 || !(method.equals("GET") || method.equals("HEAD"))) {
            return write(method, "405 Method Not Allowed", PLAIN, "GET is what there is\n");
        }
        String path = words.get(1);
        int query = path.indexOf('?');
        return switch (query < 0 ? path : path.substring(0, query)) {
            case "/metrics" -> write(method, "200 OK", Metrics.contentType(), metrics.text());
            case "/livez" -> health(method, health.livez());
            case "/readyz" -> health(method, health.readyz());
            default ->
                    write(method, "404 Not Found", PLAIN, "there are /metrics, /livez, /readyz\n");
        };
    }

    private static ByteBuffer health(String method, String problem) {
        return problem.isEmpty()
                ? write(method, "200 OK", PLAIN, "ok\n")
                : write(method, "503 Service Unavailable", PLAIN, problem + "\n");
    }

    private static ByteBuffer write(String method, String status, String type, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                ("HTTP/1.0 "
                                + status
                                + "\r\nContent-Type: "
                                + type
                                + "\r\nContent-Length: "
                                + body.length
                                + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        int length = method.equals("HEAD") ? 0 : body.length;
        return ByteBuffer.allocate(head.length + length).put(head).put(body, 0, length).flip();
    }
}
