package io.metaplugins.plugin;

import io.metaplugins.cni.CniException;
import io.metaplugins.cni.ErrorCode;
import io.metaplugins.engine.Deviation;
import io.metaplugins.engine.KernelException;
import io.metaplugins.engine.LedgerException;
import io.metaplugins.libc.ErrnoException;
import io.metaplugins.netns.NetnsException;
import io.metaplugins.plan.PlanException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What goes wrong below the protocol, in the protocol's words. */
final class Failures {
    /** The pod or the node is not as the configuration supposes. */
    static final int NOT_AS_SUPPOSED = 100;

    /** The kernel refused a change; all was taken back. */
    static final int REFUSED_BY_KERNEL = 101;

    /** CHECK found something that is not as ADD made it. */
    static final int DEVIATIONS = 102;

    private Failures() {}

    static <T> T told(Supplier<T> task) {
        try {
            return task.get();
        } catch (PlanException e) {
            throw CniException.ofPlugin(
                    NOT_AS_SUPPOSED,
                    "pod or node is not as the configuration supposes",
                    message(e),
                    e);
        } catch (KernelException e) {
            throw CniException.ofPlugin(REFUSED_BY_KERNEL, "the kernel refused", message(e), e);
        } catch (ErrnoException e) {
            throw CniException.ofPlugin(REFUSED_BY_KERNEL, "the kernel refused", message(e), e);
        } catch (LedgerException e) {
            throw new CniException(ErrorCode.IO_FAILURE, message(e), e);
        } catch (NetnsException e) {
            throw of(e, message(e));
        }
    }

    /** What cannot be reached now may be there: the runtime is to come again. */
    static CniException of(NetnsException e, String message) {
        return new CniException(
                e.isGone() ? ErrorCode.INVALID_ENVIRONMENT : ErrorCode.TRY_AGAIN_LATER, message, e);
    }

    private static String message(RuntimeException e) {
        StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
        for (Throwable suppressed : e.getSuppressed()) {
            text.append("; ").append(suppressed.getMessage());
        }
        return text.toString();
    }

    static CniException deviations(List<Deviation> deviations) {
        return CniException.ofPlugin(
                DEVIATIONS,
                "attachment is not as it was made",
                deviations.stream().map(Deviation::toString).collect(Collectors.joining("; ")));
    }

    static CniException notOnRecord() {
        return CniException.ofPlugin(
                DEVIATIONS, "attachment is not as it was made", "nothing is on record of it");
    }
}
