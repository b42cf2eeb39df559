package io.metaplugins.dist.link;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Optional;

/**
 * What {@link java.lang.runtime.ObjectMethods#bootstrap} promises of a record.
 *
 * @param verb {@code equals}, {@code hashCode} or {@code toString}
 * @param type with the record first
 * @param simpleName of the record
 * @param fields the components, in their order
 */
record RecordMethod(String verb, MethodTypeDesc type, String simpleName, List<Field> fields)
        implements PlainMethod {
    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final ClassDesc STRING_BUILDER = ClassDesc.of("java.lang.StringBuilder");

    /** A component, as the field that holds it. */
    record Field(String name, ClassDesc type) {
        private ClassDesc general() {
            return type.isPrimitive() ? type : CD_Object;
        }
    }

    static RecordMethod of(ClassModel model, InvokeDynamicInstruction call) {
        // The record's class and the components' names come before the getters.
        List<Field> fields =
                call.bootstrapArgs().stream()
                        .skip(2)
                        .map(DirectMethodHandleDesc.class::cast)
                        .map(get -> new Field(get.methodName(), get.invocationType().returnType()))
                        .toList();
        return new RecordMethod(
                call.name().stringValue(), call.typeSymbol(), simpleName(model), fields);
    }

    private static String simpleName(ClassModel model) {
        Optional<InnerClassInfo> nested =
                model.findAttribute(Attributes.innerClasses()).stream()
                        .flatMap(attribute -> attribute.classes().stream())
                        .filter(info -> info.innerClass().equals(model.thisClass()))
                        .findFirst();
        return nested.isPresent()
                ? nested.get().innerName().orElseThrow().stringValue()
                : model.thisClass().asSymbol().displayName();
    }

    @Override
    public void write(CodeBuilder code) {
        switch (verb) {
            case "equals" -> writeEquals(code);
            case "hashCode" -> writeHashCode(code);
            case "toString" -> writeToString(code);
            default -> throw new IllegalArgumentException(verb);
        }
    }

    private ClassDesc owner() {
        return type.parameterType(0);
    }

    private void writeEquals(CodeBuilder code) {
        Label other = code.newLabel();
        code.aload(0).aload(1).if_acmpne(other).iconst_1().ireturn().labelBinding(other);
        Label differs = code.newLabel();
        code.aload(1).instanceOf(owner()).ifeq(differs);
        code.aload(1).checkcast(owner()).astore(2);
        for (Field field : fields) {
            code.aload(0).getfield(owner(), field.name(), field.type());
            code.aload(2).getfield(owner(), field.name(), field.type());
            writeComparison(code, field, differs);
        }
        code.iconst_1().ireturn().labelBinding(differs).iconst_0().ireturn();
    }

    private static void writeComparison(CodeBuilder code, Field field, Label differs) {
        switch (TypeKind.from(field.type())) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT -> code.if_icmpne(differs);
            case LONG -> code.lcmp().ifne(differs);
            case FLOAT, DOUBLE ->
                    code.invokestatic(
                                    wrapper(field.type()),
                                    "compare",
                                    MethodTypeDesc.of(CD_int, field.type(), field.type()))
                            .ifne(differs);
            case REFERENCE ->
                    code.invokestatic(
                                    OBJECTS,
                                    "equals",
                                    MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object))
                            .ifeq(differs);
            case VOID -> throw new IllegalArgumentException(field.name());
        }
    }

    private void writeHashCode(CodeBuilder code) {
        code.iconst_0();
        for (Field field : fields) {
            code.loadConstant(31).imul();
            code.aload(0).getfield(owner(), field.name(), field.type());
            code.invokestatic(
                    field.type().isPrimitive() ? wrapper(field.type()) : OBJECTS,
                    "hashCode",
                    MethodTypeDesc.of(CD_int, field.general()));
            code.iadd();
        }
        code.ireturn();
    }

    private void writeToString(CodeBuilder code) {
        code.new_(STRING_BUILDER)
                .dup()
                .invokespecial(STRING_BUILDER, "<init>", MethodTypeDesc.of(CD_void));
        String before = simpleName + "[";
        for (Field field : fields) {
            append(code, before + field.name() + "=");
            code.aload(0).getfield(owner(), field.name(), field.type());
            code.invokestatic(CD_String, "valueOf", MethodTypeDesc.of(CD_String, printed(field)));
            append(code);
            before = ", ";
        }
        append(code, fields.isEmpty() ? before + "]" : "]");
        code.invokevirtual(STRING_BUILDER, "toString", MethodTypeDesc.of(CD_String)).areturn();
    }

    private static void append(CodeBuilder code, String text) {
        code.loadConstant(text);
        append(code);
    }

    private static void append(CodeBuilder code) {
        code.invokevirtual(STRING_BUILDER, "append", MethodTypeDesc.of(STRING_BUILDER, CD_String));
    }

    /** The type by which {@code String.valueOf} knows it: there is none for byte and short. */
    private static ClassDesc printed(Field field) {
        return switch (TypeKind.from(field.type())) {
            case BYTE, SHORT, INT -> CD_int;
            case BOOLEAN, CHAR, LONG, FLOAT, DOUBLE -> field.type();
            case REFERENCE -> CD_Object;
            case VOID -> throw new IllegalArgumentException(field.name());
        };
    }

    private static ClassDesc wrapper(ClassDesc primitive) {
        return ClassDesc.of(
                switch (TypeKind.from(primitive)) {
                    case BOOLEAN -> "java.lang.Boolean";
                    case BYTE -> "java.lang.Byte";
                    case SHORT -> "java.lang.Short";
                    case CHAR -> "java.lang.Character";
                    case INT -> "java.lang.Integer";
                    case LONG -> "java.lang.Long";
                    case FLOAT -> "java.lang.Float";
                    case DOUBLE -> "java.lang.Double";
                    case REFERENCE, VOID ->
                            throw new IllegalArgumentException(primitive.displayName());
                });
    }
}
