package io.metaplugins.netlink;

import static io.metaplugins.netlink.Captured.INTERFACES;
import static io.metaplugins.netlink.Captured.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.metaplugins.kernel.Address;
import io.metaplugins.kernel.Link;
import io.metaplugins.kernel.Neighbour;
import io.metaplugins.kernel.NftChain;
import io.metaplugins.kernel.NftRule;
import io.metaplugins.kernel.Route;
import io.metaplugins.kernel.Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is written is read again as it was, and no bytes at all bring a codec to anything but its
 * own exception. Each run draws anew; a failure tells the seed, or the bytes.
 */
class CodecFuzzTest {
    private static final int RECORDS = 5_000;
    private static final int MUTATIONS = 100_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Samples samples = new Samples(random);
    private final RouteCodec routes = new RouteCodec(INTERFACES);
    private final LookupCodec lookups = new LookupCodec(INTERFACES);
    private final RuleCodec rules = new RuleCodec();
    private final AddressCodec addresses = new AddressCodec(INTERFACES);
    private final NeighbourCodec neighbours = new NeighbourCodec(INTERFACES);
    private final LinkCodec links = new LinkCodec();
    private final SettingCodec settings = new SettingCodec();
    private final NftCodec nft = new NftCodec();
    private final NewsCodec news = new NewsCodec();
    private final SettingCodec.Setting setting =
            Objects.requireNonNull(SettingCodec.at("net/ipv4/conf/v0/rp_filter"));

    @Test
    void readsWhatItWrote() {
        for (int round = 0; round < RECORDS; round++) {
            Route route = samples.route();
            assertThat(routes.read(sent(routes.add(route, 0)))).as(seed()).containsExactly(route);
            Rule rule = samples.rule();
            assertThat(rules.read(sent(rules.add(rule, 0)))).as(seed()).isEqualTo(rule);
            Address address = samples.addressOfLink();
            assertThat(addresses.read(sent(addresses.add(address, 0))))
                    .as(seed())
                    .isEqualTo(address);
            Neighbour neighbour = samples.neighbour();
            assertThat(neighbours.read(sent(neighbours.add(neighbour, 0))))
                    .as(seed())
                    .isEqualTo(neighbour);
        }
    }

    @Test
    void readsTheRulesAndChainsOfNftablesThatItWrote() {
        for (int round = 0; round < RECORDS; round++) {
            NftRule rule = samples.nftRule();
            assertThat(nft.readRule(sent(nft.replaceRule(rule, round))))
                    .as(seed())
                    .isEqualTo(
                            new NftCodec.Listed(
                                    rule.chain().table(),
                                    rule.chain().name(),
                                    round,
                                    rule.name(),
                                    rule.parts()));
            NftChain chain = samples.chain();
            assertThat(nft.readChain(sent(nft.addChain(chain)))).as(seed()).isEqualTo(chain);
        }
    }

    /** A link is changed by its index, and so its wish has a name that the message has not. */
    @Test
    void readsTheLinkThatItWrote() {
        for (int round = 0; round < RECORDS; round++) {
            Link wish = samples.link();
            AttributeWriter named =
                    new AttributeWriter(links.set(wish, 0).payload())
                            .string(LinkCodec.IFLA_IFNAME, wish.name().value());
            Message message = Message.request(16, 0, named.payload());
            assertThat(links.read(sent(message))).as(seed()).isEqualTo(wish);
        }
    }

    private String seed() {
        return "seed " + seed;
    }

    @Test
    void noBytesBringItDown() {
        List<Message> good =
                List.of(
                        routes.add(samples.route(), 0),
                        multipath(),
                        rules.add(samples.rule(), 0),
                        addresses.add(samples.addressOfLink(), 0),
                        neighbours.add(samples.neighbour(), 0),
                        links.set(samples.link(), 7),
                        settings.set(setting, 7, 2),
                        nft.addRule(samples.nftRule()),
                        nft.addChain(samples.chain()),
                        refusal());
        for (int round = 0; round < MUTATIONS; round++) {
            readAll(mutate(bytes(good.get(random.nextInt(good.size())))));
        }
        for (int round = 0; round < MUTATIONS / 10; round++) {
            byte[] noise = new byte[random.nextInt(100)];
            random.nextBytes(noise);
            readAll(noise);
        }
    }

    private static Message multipath() {
        return Captured.message(
                """
                50 00 00 00 18 00 22 00 01 00 00 00 56 00 00 00 | RTM_NEWROUTE
                02 10 00 00 65 03 00 01 00 00 00 00             |
                08 00 0f 00 65 00 00 00                         | RTA_TABLE
                08 00 01 00 0a 08 00 00                         | RTA_DST
                24 00 09 00                                     | RTA_MULTIPATH
                10 00 00 00 07 00 00 00 08 00 05 00 0a 01 00 01 | via 10.1.0.1
                10 00 00 00 07 00 00 00 08 00 05 00 0a 01 00 03 | via 10.1.0.3
                """);
    }

    private static Message refusal() {
        return Captured.message(
                """
                2c 00 00 00 02 00 00 03 01 00 00 00 0f 00 00 00 | CAPPED, ACK_TLVS
                9b ff ff ff                                     | -ENETUNREACH
                34 00 00 00 18 00 05 06 01 00 00 00 00 00 00 00 | the request's header
                08 00 01 00 4e 6f 2e 00                         | NLMSGERR_ATTR_MSG
                """);
    }

    private static byte[] bytes(Message message) {
        ByteBuffer datagram =
                ByteBuffer.allocate(message.paddedBytes()).order(ByteOrder.nativeOrder());
        message.appendTo(datagram, 1, 0);
        return datagram.array();
    }

    /** Some bytes changed, and now and then the end cut off with the length put right again. */
    private byte[] mutate(byte[] message) {
        byte[] mutated = message;
        if (random.nextInt(4) == 0) {
            mutated = Arrays.copyOf(message, 16 + random.nextInt(message.length - 15));
            ByteBuffer.wrap(mutated).order(ByteOrder.nativeOrder()).putInt(0, mutated.length);
        }
        for (int changes = random.nextInt(4); changes > 0 && mutated.length > 16; changes--) {
            int place = 16 + random.nextInt(mutated.length - 16);
            mutated[place] = (byte) (random.nextBoolean() ? random.nextInt(24) : random.nextInt());
        }
        return mutated;
    }

    private void readAll(byte[] datagram) {
        try {
            for (Message message : Message.parse(ByteBuffer.wrap(datagram))) {
                read(message);
            }
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException e) {
            fail(HexFormat.ofDelimiter(" ").formatHex(datagram), e);
        }
    }

    private void read(Message message) {
        try {
            news.read(message, Touched.nothing());
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        switch (message.type()) {
            case 16, 19 -> {
                Object _ = links.read(new Message(16, 0, 1, 0, message.payload()));
                Object _ =
                        settings.read(
                                new Message(16, 0, 1, 0, message.payload()), "net/x", setting);
            }
            case 20 -> {
                Object _ = addresses.read(message);
            }
            case 24 -> {
                Object _ = routes.read(message);
                Object _ = lookups.readWay(message);
            }
            case 28 -> {
                Object _ = neighbours.read(message);
            }
            case 32 -> {
                Object _ = rules.read(message);
            }
            case 0xa03 -> {
                Object _ = nft.readChain(message);
            }
            case 0xa06 -> {
                Object _ = nft.readRule(message);
            }
            default -> {
                Object _ = Acknowledgement.parse(message);
            }
        }
    }
}
