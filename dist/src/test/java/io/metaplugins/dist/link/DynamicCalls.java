package io.metaplugins.dist.link;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.Set;
import java.util.TreeSet;

/** What a class leaves to be linked at run time. */
public final class DynamicCalls {
    private DynamicCalls() {}

    /** The classes whose methods link the class's dynamic calls. */
    public static Set<String> bootstraps(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        Set<String> owners = new TreeSet<>();
        model.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(element -> ((InvokeDynamicInstruction) element).bootstrapMethod().owner())
                .map(DynamicCalls::name)
                .forEach(owners::add);
        return owners;
    }

    private static String name(ClassDesc type) {
        return type.packageName() + "." + type.displayName();
    }
}
