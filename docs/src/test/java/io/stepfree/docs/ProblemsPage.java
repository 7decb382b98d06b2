package io.stepfree.docs;

import io.stepfree.platform.problem.ProblemType;

/** The part of docs/problems.md that is made from the code. */
final class ProblemsPage {

    String render() {
        var page = new StringBuilder();
        var table = new MarkdownTable("status", "type", "title");
        for (ProblemType type : ProblemType.values()) {
            table.row(
                    Integer.toString(type.status()),
                    "[`%s`](#%s)".formatted(type.uri(), type.word()),
                    type.title());
        }
        page.append(table);
        for (ProblemType type : ProblemType.values()) {
            page.append(
                    """

                    ## %s

                    **%d, %s.** %s

                    %s
                    """
                            .formatted(
                                    type.word(),
                                    type.status(),
                                    type.title(),
                                    type.meaning(),
                                    type.cure()));
        }
        return page.toString();
    }
}
