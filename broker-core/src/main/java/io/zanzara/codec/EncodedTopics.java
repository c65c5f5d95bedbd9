package io.zanzara.codec;

import java.nio.charset.StandardCharsets;

/** Topic names in UTF-8. That of the last message is kept: on many connections nearly all have the same. */
final class EncodedTopics {

    private String last = "";
    private byte[] encoded = TopicMemory.NOTHING;

    byte[] encoded(String topic) {
        if (topic.equals(last)) {
            return encoded;
        }
        byte[] bytes = topic.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= TopicMemory.LONGEST) {
            last = topic;
            encoded = bytes;
        }
        return bytes;
    }
}
