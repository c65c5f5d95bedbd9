package io.zanzara.store.mongo;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;

/** A codec made of two functions, which write and read a whole document: nothing lies between a record and its bytes. */
final class FieldsCodec<T> implements Codec<T> {

    private final Class<T> type;
    private final BiConsumer<BsonWriter, T> writing;
    private final Function<BsonReader, T> reading;

    FieldsCodec(Class<T> type, BiConsumer<BsonWriter, T> writing, Function<BsonReader, T> reading) {
        this.type = type;
        this.writing = writing;
        this.reading = reading;
    }

    @Override
    public void encode(BsonWriter writer, T value, EncoderContext context) {
        writing.accept(writer, value);
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
