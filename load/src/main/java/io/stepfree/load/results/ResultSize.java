package io.stepfree.load.results;

/** How much is wrong with a page. */
public enum ResultSize {
    /** As many elements as a scan has in a store of 1,000,000 scans and 20,000,000 findings. */
    COMMON(10, 2),

    /** A page on which everything repeats: 72 elements, about 60 kB of JSON. */
    LARGE(12, 6);

    private final int rules;
    private final int elementsOfEach;

    ResultSize(int rules, int elementsOfEach) {
        this.rules = rules;
        this.elementsOfEach = elementsOfEach;
    }

    int rules() {
        return rules;
    }

    int elementsOfEach() {
        return elementsOfEach;
    }

    /** How many elements violate a rule. */
    public int findings() {
        return rules * elementsOfEach;
    }
}
