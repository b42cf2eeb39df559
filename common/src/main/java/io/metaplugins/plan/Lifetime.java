package io.metaplugins.plan;

/** Whose end is also the end of a statement. */
public enum Lifetime {
    /** Made for one attachment; its DEL takes it back. */
    ATTACHMENT,
    /** Shared by all attachments of the node: ensured by each ADD, taken back by no DEL. */
    NODE
}
