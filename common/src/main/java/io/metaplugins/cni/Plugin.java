package io.metaplugins.cni;

/**
 * What a plugin does for each verb of the protocol. {@link PluginMain} reads the request, and
 * writes the answer or the error; a plugin neither reads nor writes the standard streams.
 *
 * <p>Every method throws {@link CniException} for what it refuses; any other exception is an
 * internal error.
 */
public interface Plugin {
    /** The {@code type} in a configuration, and the name of the executable. */
    String name();

    /** One line: name and version. */
    String about();

    /** Adjusts the container's network, and gives what the attachment consists of by then. */
    Result add(Request request);

    /** Undoes what {@link #add} did, as far as it is there: nothing may be left to undo. */
    void delete(Request request);

    /** Throws if what {@link #add} did is no longer as it was. */
    void check(Request request);

    /** Throws if {@link #add} could not be served now. */
    void status(Request request);

    /** Undoes what {@link #add} did for attachments that the request does not list. */
    void collectGarbage(Request request);

    /** What {@link #add} would do for the request, as commands that a person could type. */
    String explain(Request request);

    /**
     * Reads the whole of a configuration, so that the reader knows what is wrong with it. Whether
     * this throws, or leaves the problems with the reader, is the same.
     */
    void validate(ConfigReader configuration);
}
