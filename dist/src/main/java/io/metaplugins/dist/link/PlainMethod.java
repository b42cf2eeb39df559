package io.metaplugins.dist.link;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** A static method that does what a dynamic call would. */
sealed interface PlainMethod permits RecordMethod, TypeSwitch {
    /** What the dynamic call was named. */
    String verb();

    /** The types of the dynamic call. */
    MethodTypeDesc type();

    /** Writes the method's body. */
    void write(CodeBuilder code);
}
