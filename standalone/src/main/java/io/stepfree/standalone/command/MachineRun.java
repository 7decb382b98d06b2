package io.stepfree.standalone.command;

import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Machine;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.machine.MachineSettings;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;

/**
 * A machine for the length of one command. It is stopped in order when the command ends, and also
 * when the process is told to end (Ctrl-C).
 */
final class MachineRun implements AutoCloseable {

    private final Machine machine;
    private final Home home;
    private final boolean temporary;
    private final PrintWriter err;
    private final Thread hook;
    private volatile boolean interrupted;
    private boolean failed;
    private boolean closed;

    private MachineRun(Machine machine, Home home, boolean temporary, PrintWriter err) {
        this.machine = machine;
        this.home = home;
        this.temporary = temporary;
        this.err = err;
        this.hook = new Thread(this::interrupt, "stepfree-shutdown");
    }

    /**
     * Starts a machine and waits until it takes scans.
     *
     * @param temporary whether its home is deleted when it is closed, or all of it but the logs
     *     when it failed
     * @param err is told when Ctrl-C is obeyed
     */
    static MachineRun start(MachineSettings settings, boolean temporary, PrintWriter err) {
        Machine machine;
        try {
            machine = Machine.on(settings);
        } catch (RuntimeException e) {
            if (temporary) {
                settings.home().delete();
            }
            throw e;
        }
        var run = new MachineRun(machine, settings.home(), temporary, err);
        Runtime.getRuntime().addShutdownHook(run.hook);
        try {
            machine.start();
            return run;
        } catch (RuntimeException e) {
            run.fail();
            run.close();
            throw e;
        }
    }

    Machine machine() {
        return machine;
    }

    /** Throws {@link MachineException} when a part has ended without having been stopped. */
    void assureWhole() {
        try {
            machine.assureWhole();
        } catch (MachineException e) {
            fail();
            throw e;
        }
    }

    /**
     * Blocks until a part ends without having been stopped; returns what happened in one sentence.
     */
    String awaitFailure() {
        var sentence = machine.awaitFailure();
        fail();
        return sentence;
    }

    @Override
    public void close() {
        awaitInterruption();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            machine.close();
            if (temporary && failed) {
                home.deleteAllButLogs();
            } else if (temporary) {
                home.delete();
            }
        }
    }

    private void fail() {
        awaitInterruption();
        synchronized (this) {
            failed = true;
        }
    }

    private void interrupt() {
        interrupted = true;
        synchronized (this) {
            if (!closed) {
                closed = true;
                err.println("Stopping ...");
                err.flush();
                machine.close();
                if (temporary) {
                    home.delete();
                }
            }
        }
    }

    /**
     * While the process is ending on Ctrl-C, parts end that we wait for. That is no failure, and
     * nothing is to be said about it: the thread that would is held until the process is gone.
     */
    private void awaitInterruption() {
        while (interrupted && !Thread.currentThread().equals(hook)) {
            LockSupport.park();
        }
    }
}
