package io.metaplugins.dist.link;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link java.lang.runtime.SwitchBootstraps#typeSwitch} promises, for labels that are classes
 * or texts.
 *
 * @param type of the value, and the label to begin with, to the label chosen
 * @param labels in the order of the cases
 */
record TypeSwitch(MethodTypeDesc type, List<ConstantDesc> labels) implements PlainMethod {

    /** Null if it has labels of other kinds. */
    static @Nullable TypeSwitch of(InvokeDynamicInstruction call) {
        return call.bootstrapArgs().stream()
                        .allMatch(label -> label instanceof ClassDesc || label instanceof String)
                ? new TypeSwitch(call.typeSymbol(), call.bootstrapArgs())
                : null;
    }

    @Override
    public String verb() {
        return "typeSwitch";
    }

    @Override
    public void write(CodeBuilder code) {
        Label present = code.newLabel();
        code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
        for (int index = 0; index < labels.size(); index++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(index).if_icmpgt(next);
            writeMatch(code, labels.get(index));
            code.ifeq(next);
            code.loadConstant(index).ireturn().labelBinding(next);
        }
        code.loadConstant(labels.size()).ireturn();
    }

    private static void writeMatch(CodeBuilder code, ConstantDesc label) {
        if (label instanceof ClassDesc type) {
            code.aload(0).instanceOf(type);
        } else {
            code.loadConstant(label).aload(0);
            code.invokevirtual(CD_Object, "equals", MethodTypeDesc.of(CD_boolean, CD_Object));
        }
    }
}
