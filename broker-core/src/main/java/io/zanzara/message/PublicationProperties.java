package io.zanzara.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an MQTT 5.0 publication carries beside topic and payload and is forwarded unchanged.
 *
 * @param payloadFormat 0 (bytes), 1 (UTF-8 text), or -1 if not given
 * @param contentType MIME type or whatever the parties agreed on, or null
 * @param responseTopic where an answer is expected, or null
 * @param correlationData bytes that tie an answer to its request, or null; not to be changed
 * @param userProperties in the order of the packet
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are shared, not copied
public record PublicationProperties(
        int payloadFormat,
        @Nullable String contentType,
        @Nullable String responseTopic,
        byte @Nullable [] correlationData,
        List<UserProperty> userProperties) {

    /** No properties at all: every publication of MQTT 3.1 and 3.1.1. */
    public static final PublicationProperties NONE = new PublicationProperties(-1, null, null, null, List.of());

    private static final int USER_PROPERTY_OVERHEAD = 64;

    public boolean isEmpty() {
        return payloadFormat < 0
                && contentType == null
                && responseTopic == null
                && correlationData == null
                && userProperties.isEmpty();
    }

    /** About how many bytes of memory they hold. */
    int weight() {
        if (isEmpty()) {
            return 0;
        }
        int weight = lengthOf(contentType) + lengthOf(responseTopic);
        weight += correlationData == null ? 0 : correlationData.length;
        for (UserProperty property : userProperties) {
            weight += USER_PROPERTY_OVERHEAD
                    + property.name().length()
                    + property.value().length();
        }
        return weight;
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Names what is there, never the contents. */
    @Override
    public String toString() {
        return "PublicationProperties[" + userProperties.size() + " user properties]";
    }
}
