package io.stepfree.processor.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/** Counts what one connection sends and receives, as it travels. */
final class ByteCount extends ChannelDuplexHandler {

    private final ScanEgress egress;
    private long bytes;

    ByteCount(ScanEgress egress) {
        this.egress = egress;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        count(message);
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        count(message);
        var _ = context.write(message, promise);
    }

    private void count(Object message) {
        if (message instanceof ByteBuf buffer) {
            bytes += buffer.readableBytes();
            if (egress.limits().areTooManyForAConnection(bytes)) {
                egress.exceed(
                        "one connection drew more than %s"
                                .formatted(egress.limits().maxBytesPerConnection()));
            }
            egress.count(buffer.readableBytes());
        }
    }
}
