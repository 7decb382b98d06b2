package io.stepfree.gateway.limits;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A connection for Bucket4j whose transaction is begun and ended by somebody else: a key and what
 * its scan takes of the limit are taken together or not at all, over one connection.
 */
final class JoinedTransaction implements InvocationHandler {

    private static final Set<String> OF_THE_OWNER =
            Set.of("setAutoCommit", "commit", "rollback", "close");

    private final Connection owned;

    private JoinedTransaction(Connection owned) {
        this.owned = owned;
    }

    static Connection of(Connection owned) {
        return proxy(Connection.class, new JoinedTransaction(owned));
    }

    /** Gives out the connection that is bound to the running thread. */
    static DataSource source(ScopedValue<Turn> turn) {
        return proxy(
                DataSource.class,
                (_, method, _) -> {
                    if (method.getName().equals("getConnection")) {
                        return turn.get().connection();
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Override
    public @Nullable Object invoke(
            Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        if (OF_THE_OWNER.contains(method.getName())) {
            return null;
        }
        try {
            return method.invoke(owned, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        JoinedTransaction.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
