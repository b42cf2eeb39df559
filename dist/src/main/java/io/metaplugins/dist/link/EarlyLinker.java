package io.metaplugins.dist.link;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts plain methods where javac leaves the making of them to run time: {@code equals}, {@code
 * hashCode} and {@code toString} of records, and the choice of a case by its type.
 *
 * <p>The ahead-of-time cache keeps linked lambdas but, as of JDK 25, not these two. Each process
 * would generate and load classes for them, which takes longer than what they do for a pod.
 */
final class EarlyLinker {
    private static final ClassDesc OBJECT_METHODS = ClassDesc.of("java.lang.runtime.ObjectMethods");
    private static final ClassDesc SWITCH_BOOTSTRAPS =
            ClassDesc.of("java.lang.runtime.SwitchBootstraps");

    private static final int PRIVATE_STATIC =
            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

    private EarlyLinker() {}

    /** The same class, with as few dynamic calls as can be. */
    static byte[] link(byte[] bytes) {
        ClassFile classFile = ClassFile.of();
        ClassModel model = classFile.parse(bytes);
        Map<PlainMethod, String> methods = new LinkedHashMap<>();
        CodeTransform calls =
                (code, element) -> {
                    PlainMethod method = plain(model, element);
                    if (method == null) {
                        code.with(element);
                    } else {
                        String name = method.verb() + "$linked" + methods.size();
                        name = Objects.requireNonNullElse(methods.putIfAbsent(method, name), name);
                        code.invokestatic(owner(model), name, method.type(), isInterface(model));
                    }
                };
        ClassTransform additions =
                ClassTransform.endHandler(builder ->
                        methods.forEach((method, name) ->
                                builder.withMethodBody(
                                        name, method.type(), PRIVATE_STATIC, method::write)));
        byte[] linked =
                classFile.transformClass(
                        model, ClassTransform.transformingMethodBodies(calls).andThen(additions));
        return methods.isEmpty() ? bytes : linked;
    }

    private static ClassDesc owner(ClassModel model) {
        return model.thisClass().asSymbol();
    }

    private static boolean isInterface(ClassModel model) {
        return model.flags().has(AccessFlag.INTERFACE);
    }

    /** The method to call in place of what the element does; null if that is no dynamic call. */
    private static @Nullable PlainMethod plain(ClassModel model, CodeElement element) {
        if (element instanceof InvokeDynamicInstruction call) {
            DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
            if (bootstrap.owner().equals(OBJECT_METHODS)) {
                return RecordMethod.of(model, call);
            }
            if (bootstrap.owner().equals(SWITCH_BOOTSTRAPS)
                    && bootstrap.methodName().equals("typeSwitch")) {
                return TypeSwitch.of(call);
            }
        }
        return null;
    }
}
