package io.stepfree.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one message and believes no length that the message is too short for. Avro's own decoder
 * makes room for whatever length a string or list claims before it looks for its bytes, so that a
 * dozen damaged bytes can use up the memory of the process.
 */
final class BoundedDecoder extends Decoder {

    private final BinaryDecoder in;
    private final int limit;

    BoundedDecoder(byte[] bytes, int offset) {
        this.limit = bytes.length - offset;
        this.in = DecoderFactory.get().binaryDecoder(bytes, offset, limit, null);
    }

    /** Whether every byte of the message has been read. */
    boolean isEnd() throws IOException {
        return in.isEnd();
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return new Utf8(bytes());
    }

    @Override
    public String readString() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        return ByteBuffer.wrap(bytes());
    }

    @Override
    public long readArrayStart() throws IOException {
        return possible(in.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return possible(in.arrayNext());
    }

    @Override
    public long readMapStart() throws IOException {
        return possible(in.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return possible(in.mapNext());
    }

    @Override
    public void readNull() throws IOException {
        in.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        in.readFixed(bytes, start, length);
    }

    @Override
    public int readEnum() throws IOException {
        return in.readEnum();
    }

    @Override
    public int readIndex() throws IOException {
        return in.readIndex();
    }

    @Override
    public void skipString() throws IOException {
        in.skipString();
    }

    @Override
    public void skipBytes() throws IOException {
        in.skipBytes();
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in.skipFixed(length);
    }

    @Override
    public long skipArray() throws IOException {
        return in.skipArray();
    }

    @Override
    public long skipMap() throws IOException {
        return in.skipMap();
    }

    private byte[] bytes() throws IOException {
        byte[] bytes = new byte[(int) possible(in.readLong())];
        in.readFixed(bytes);
        return bytes;
    }

    /** Every element takes a byte at least: none of our lists holds anything that takes none. */
    private long possible(long length) {
        if (length < 0 || length > limit) {
            throw new AvroRuntimeException(
                    "a length of %d in a message of %d bytes".formatted(length, limit));
        }
        return length;
    }
}
