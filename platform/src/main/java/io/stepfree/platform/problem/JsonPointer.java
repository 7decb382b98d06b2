package io.stepfree.platform.problem;

/**
 * Where in a JSON document a value stands (RFC 6901). Immutable; made from the root down by {@link
 * #child}.
 *
 * @param text the pointer, empty for the whole document
 */
public record JsonPointer(String text) {

    /** The whole document. */
    public static final JsonPointer ROOT = new JsonPointer("");

    /** The field of that name in the object this points to; any name will do. */
    public JsonPointer child(String name) {
        return new JsonPointer(text + "/" + name.replace("~", "~0").replace("/", "~1"));
    }

    @Override
    public String toString() {
        return text;
    }
}
