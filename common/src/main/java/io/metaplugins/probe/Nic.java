package io.metaplugins.probe;

import io.metaplugins.net.InterfaceName;
import io.metaplugins.net.MacAddress;

/**
 * The NIC that asks and tells: on Ethernet, and up.
 *
 * @param name for messages
 * @param index its number in its namespace
 * @param mac its own address; what comes from there is nobody else's word
 */
public record Nic(InterfaceName name, int index, MacAddress mac) {}
