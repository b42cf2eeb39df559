#!/bin/sh
# Starts the plugin on the runtime that lies beside it, from wherever it was unpacked or linked to. No process but this
# one, which becomes the runtime: each further one would cost a pod a millisecond.
self=$0
while [ -h "$self" ]; do
    link=$(readlink "$self")
    case $link in
        /*) self=$link ;;
        *) self=${self%/*}/$link ;;
    esac
done
case $self in
    */*) home=${self%/*}/meta-plugins ;;
    *) home=./meta-plugins ;;
esac

# Options meant for other programs would be printed, or undo what follows.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS CLASSPATH
# The runtime must be able to read its own path, and kubelet gives no locale.
export LC_ALL=C.UTF-8

exec "$home/runtime/bin/java" \
    "-XX:AOTCache=$home/router.aot" \
    @FLAGS@ \
    "-Djffi.boot.library.path=$home/lib" \
    -cp "@CLASSPATH@" \
    io.metaplugins.dist.CniMain "${0##*/}" "${self##*/}" "$@"
