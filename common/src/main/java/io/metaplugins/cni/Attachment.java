package io.metaplugins.cni;

import io.metaplugins.net.InterfaceName;

/**
 * One interface of one container on a network, which this pair identifies (SPEC.md section 3).
 *
 * @param containerId {@code CNI_CONTAINERID}: letters, digits, '_', '.', '-', the first of them a
 *     letter or digit; so it is safe as a file's name
 * @param ifName {@code CNI_IFNAME}
 */
public record Attachment(String containerId, InterfaceName ifName) {
    public Attachment {
        if (!Names.isValid(containerId)) {
            throw new IllegalArgumentException(
                    "container ID '" + containerId + "' is not allowed: want " + Names.WANTED);
        }
    }

    @Override
    public String toString() {
        return containerId + "/" + ifName;
    }
}
