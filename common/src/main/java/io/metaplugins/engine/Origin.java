package io.metaplugins.engine;

/**
 * What a runtime asked for with ADD, from which the attachment can be planned anew. The rest of the
 * request is in its {@link AttachmentId} and {@link Namespace}.
 *
 * @param args {@code CNI_ARGS}; may be empty
 * @param configuration what was on standard input
 */
public record Origin(String args, String configuration) {}
