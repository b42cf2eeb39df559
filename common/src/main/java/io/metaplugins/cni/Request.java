package io.metaplugins.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metaplugins.json.Json;
import io.metaplugins.net.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime asks of a plugin: the parameters and the configuration of one execution (SPEC.md
 * sections 2 and 3).
 */
public final class Request {
    private final Parameters parameters;
    private final NetworkConfiguration network;

    private Request(Parameters parameters, NetworkConfiguration network) {
        this.parameters = parameters;
        this.network = network;
    }

    /**
     * The request that consists of these variables, {@code CNI_COMMAND} among them, and this
     * configuration.
     *
     * @throws CniException naming all that is wrong with the variables, or with the configuration
     */
    public static Request parse(Map<String, String> environment, String configuration) {
        Verb verb = Verb.parse(environment.getOrDefault(Verb.COMMAND, ""));
        return of(Parameters.read(verb, environment), Input.decode(configuration));
    }

    /**
     * An ADD as it was asked for before.
     *
     * @param args {@code CNI_ARGS}
     * @throws CniException naming what is wrong with the configuration
     */
    public static Request toAdd(
            Attachment attachment, Path netns, String args, String configuration) {
        Parameters parameters =
                new Parameters(
                        Verb.ADD,
                        attachment,
                        netns,
                        /* path= */ "",
                        CniArgs.parse(args, new ArrayList<>()),
                        /* netnsOverride= */ false,
                        List.of());
        return of(parameters, Input.decode(configuration));
    }

    static Request of(Parameters parameters, ObjectNode configuration) {
        return new Request(parameters, NetworkConfiguration.read(configuration, parameters.verb()));
    }

    public Verb verb() {
        return parameters.verb();
    }

    /**
     * The interface and container that ADD, DEL and CHECK are about.
     *
     * @throws IllegalStateException for another verb
     */
    public Attachment attachment() {
        Attachment attachment = parameters.attachment();
        if (attachment == null) {
            throw new IllegalStateException(verb() + " is about no single attachment");
        }
        return attachment;
    }

    /** {@code CNI_CONTAINERID} of ADD, DEL and CHECK. */
    public String containerId() {
        return attachment().containerId();
    }

    /** {@code CNI_IFNAME} of ADD, DEL and CHECK. */
    public InterfaceName ifName() {
        return attachment().ifName();
    }

    /** {@code CNI_NETNS}, which ADD and CHECK always have; null if DEL comes without. */
    public @Nullable Path netns() {
        return parameters.netns();
    }

    /** {@code CNI_NETNS} of ADD and CHECK. */
    public Path requiredNetns() {
        Path netns = parameters.netns();
        if (netns == null) {
            throw new CniException(ErrorCode.INVALID_ENVIRONMENT, Verb.NETNS + " missing");
        }
        return netns;
    }

    /** {@code CNI_PATH}: directories with plugins, between colons; may be empty. */
    public String cniPath() {
        return parameters.path();
    }

    /** {@code CNI_ARGS}. */
    public CniArgs args() {
        return parameters.args();
    }

    /** Whether the container may be in the plugin's own network namespace. */
    public boolean isNetnsOverride() {
        return parameters.netnsOverride();
    }

    /** {@code cniVersion}, in which to answer. */
    public CniVersion version() {
        return network.version();
    }

    /** {@code name} of the network, which is safe as a file's name. */
    public String network() {
        return network.name();
    }

    /** {@code type}: the name under which the runtime knows the plugin; may be empty. */
    public String type() {
        return network.type();
    }

    /** The result of the plugins before; null for the first of a chain. */
    public @Nullable Result prevResult() {
        return network.prevResult();
    }

    /**
     * The result of the plugins before, which a chained plugin cannot do without.
     *
     * @throws CniException with {@link ErrorCode#INVALID_NETWORK_CONFIG} if there is none
     */
    public Result requiredPrevResult() {
        Result result = network.prevResult();
        if (result == null) {
            throw new CniException(
                    ErrorCode.INVALID_NETWORK_CONFIG,
                    "key 'prevResult': it is missing: want the result of the plugin before, so "
                            + type()
                            + " cannot be the first in a chain");
        }
        return result;
    }

    /** Of GC: the attachments that still exist; empty for other verbs. */
    public List<Attachment> validAttachments() {
        return network.validAttachments();
    }

    /** The plugin's own keys, to be read once. What all plugins share is read already. */
    public ConfigReader configuration() {
        return ConfigReader.ofPlugin(network.document());
    }

    /** The configuration as it was given, from which another request can be made. */
    public String configurationText() {
        return Json.write(network.document());
    }

    /** What is wrong with the request but does not keep the verb from being carried out. */
    public List<String> warnings() {
        return parameters.warnings().isEmpty()
                ? network.warnings()
                : Stream.concat(parameters.warnings().stream(), network.warnings().stream())
                        .toList();
    }
}
