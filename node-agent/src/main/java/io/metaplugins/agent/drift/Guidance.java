package io.metaplugins.agent.drift;

/** What a keeper is told while it runs. Any thread may ask; one follows. */
public interface Guidance {

    /** How attachments are looked after from now on. */
    KeeperSettings keeping();

    /**
     * Looks whether something else is said by now.
     *
     * @return whether attachments are to be planned anew because of it
     */
    boolean follow();

    /** Whether it is known what is said for all pods; else none is planned anew. */
    boolean isSound();
}
