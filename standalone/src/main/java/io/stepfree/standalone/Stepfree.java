package io.stepfree.standalone;

import io.stepfree.standalone.command.StepfreeCommand;
import io.stepfree.standalone.command.Surroundings;

/** Where the command line begins. */
public final class Stepfree {

    private Stepfree() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(StepfreeCommand.in(Surroundings.ofProcess()).execute(arguments));
    }
}
