package io.metaplugins.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where an attachment is in the ledger. Two attachments never share a place; nobody reads the names
 * back, since the receipt says whose it is.
 *
 * <p>Bytes that could mean something else in a file name are written as {@code %2F}. A part that is
 * too long for a file name ends with its digest instead.
 *
 * @param directory of the network
 * @param file of the attachment, in there
 * @param lockPosition one byte for each container, whose attachments may share objects
 */
record EntryName(String directory, String file, long lockPosition) {
    /** A file name has up to 255 bytes; two long parts, a short one and the ending fit in. */
    private static final int LONGEST_PART = 150;

    /** Of every receipt's file. */
    static final String ENDING = ".json";

    private static final int KEPT = 60;
    private static final long LOCK_POSITIONS = Long.MAX_VALUE >> 1;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    static EntryName of(AttachmentId id) {
        return new EntryName(
                directory(id.network()),
                beginning(id.containerId())
                        + escape(id.ifName().value(), "_.")
                        + ending(id.plugin()),
                hash(id.containerId()) & LOCK_POSITIONS);
    }

    static String directory(String network) {
        return escape(network, "-_.");
    }

    /** The part of a file name that is the same for all attachments of a container. */
    static String beginning(String containerId) {
        return escape(containerId, "-_.") + "-";
    }

    /** The part of a file name that is the same for all attachments of a plugin. */
    static String ending(String plugin) {
        return "." + escape(plugin, "_") + ENDING;
    }

    private static String escape(String text, String harmless) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder(bytes.length);
        for (byte each : bytes) {
            char character = (char) Byte.toUnsignedInt(each);
            boolean leadingDot = character == '.' && name.isEmpty();
            if (isAlphanumeric(character) || (harmless.indexOf(character) >= 0 && !leadingDot)) {
                name.append(character);
            } else {
                name.append('%').append(HexFormat.of().toHexDigits(each));
            }
        }
        return name.length() <= LONGEST_PART
                ? name.toString()
                : name.substring(0, KEPT) + digest(bytes);
    }

    private static boolean isAlphanumeric(char character) {
        return (character >= '0' && character <= '9')
                || (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z');
    }

    private static String digest(byte[] bytes) {
        try {
            return "%%"
                    + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** FNV-1a; a collision only means that one waits for the other. */
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ Byte.toUnsignedLong(each)) * FNV_PRIME;
        }
        return hash;
    }
}
