package io.metaplugins.plan;

import io.metaplugins.kernel.KernelObject;

/**
 * One wish about one object of the kernel.
 *
 * @param where the namespace
 * @param presence there, or gone
 * @param lifetime until when
 * @param object what; fields that do not matter are absent
 * @param why a sentence fragment for {@code explain} and the log, naming the configuration key that
 *     led to it
 */
public record Statement(
        Where where, Presence presence, Lifetime lifetime, KernelObject object, String why) {

    /** A wish that the attachment's DEL takes back. */
    public static Statement present(Where where, KernelObject object, String why) {
        return new Statement(where, Presence.PRESENT, Lifetime.ATTACHMENT, object, why);
    }

    /** A wish for something to be gone while the attachment lives. */
    public static Statement absent(Where where, KernelObject object, String why) {
        return new Statement(where, Presence.ABSENT, Lifetime.ATTACHMENT, object, why);
    }

    /** A wish on the host that all attachments share. */
    public static Statement node(KernelObject object, String why) {
        return new Statement(Where.HOST, Presence.PRESENT, Lifetime.NODE, object, why);
    }

    /** Whether this cannot hold any more once the other was carried out. */
    public boolean isOverruledBy(Statement later) {
        if (where != later.where) {
            return false;
        }
        KernelObject other = later.object;
        return switch (presence) {
            case ABSENT -> later.presence == Presence.PRESENT && object.satisfiedBy(other);
            case PRESENT ->
                    later.presence == Presence.ABSENT
                            ? other.satisfiedBy(object)
                            : object.contradicts(other);
        };
    }

    @Override
    public String toString() {
        return (presence == Presence.PRESENT ? "add " : "delete ") + object + " in " + where;
    }
}
