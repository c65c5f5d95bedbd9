package io.zanzara.store.mongo;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;

/** A codec made of two functions, which write a document's fields and read a whole one: nothing lies between a record and its bytes. */
final class FieldsCodec<T> implements Codec<T> {

    private static final long NO_EPOCH = 0;

    private final Class<T> type;
    private final BiConsumer<BsonWriter, T> writing;
    private final Function<BsonReader, T> reading;
    private final long epoch;

    FieldsCodec(Class<T> type, BiConsumer<BsonWriter, T> writing, Function<BsonReader, T> reading) {
        this(type, writing, reading, NO_EPOCH);
    }

    private FieldsCodec(Class<T> type, BiConsumer<BsonWriter, T> writing, Function<BsonReader, T> reading, long epoch) {
        this.type = type;
        this.writing = writing;
        this.reading = reading;
        this.epoch = epoch;
    }

    /** Returns one whose documents say which start of the broker wrote them, see {@link Fence}. */
    FieldsCodec<T> stamping(long bootEpoch) {
        return new FieldsCodec<>(type, writing, reading, bootEpoch);
    }

    @Override
    public void encode(BsonWriter writer, T value, EncoderContext context) {
        writer.writeStartDocument();
        writing.accept(writer, value);
        if (epoch != NO_EPOCH) {
            writer.writeInt64(Fence.EPOCH, epoch);
        }
        writer.writeEndDocument();
    }

    @Override
    public T decode(BsonReader reader, DecoderContext context) {
        return reading.apply(reader);
    }

    @Override
    public Class<T> getEncoderClass() {
        return type;
    }
}
