package io.metaplugins.testkit;

import io.metaplugins.libc.Libc;
import java.nio.ByteBuffer;

/** Hands all calls on, for tests that give another answer to one of them. */
public class PassingLibc implements Libc {
    private final Libc libc;

    public PassingLibc(Libc libc) {
        this.libc = libc;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return libc.socket(domain, type, protocol);
    }

    @Override
    public void connect(int descriptor, ByteBuffer address) {
        libc.connect(descriptor, address);
    }

    @Override
    public void bind(int descriptor, ByteBuffer address) {
        libc.bind(descriptor, address);
    }

    @Override
    public void getsockname(int descriptor, ByteBuffer address) {
        libc.getsockname(descriptor, address);
    }

    @Override
    public void setsockopt(int descriptor, int level, int option, ByteBuffer value) {
        libc.setsockopt(descriptor, level, option, value);
    }

    @Override
    public void attachFilter(int descriptor, ByteBuffer program) {
        libc.attachFilter(descriptor, program);
    }

    @Override
    public void send(int descriptor, ByteBuffer datagram) {
        libc.send(descriptor, datagram);
    }

    @Override
    public int recv(int descriptor, ByteBuffer datagram, int flags) {
        return libc.recv(descriptor, datagram, flags);
    }

    @Override
    public boolean poll(int descriptor, int milliseconds) {
        return libc.poll(descriptor, milliseconds);
    }

    @Override
    public int open(String path, int flags) {
        return libc.open(path, flags);
    }

    @Override
    public int read(int descriptor, ByteBuffer buffer) {
        return libc.read(descriptor, buffer);
    }

    @Override
    public int write(int descriptor, ByteBuffer buffer) {
        return libc.write(descriptor, buffer);
    }

    @Override
    public void close(int descriptor) {
        libc.close(descriptor);
    }

    @Override
    public void setns(int descriptor, int kind) {
        libc.setns(descriptor, kind);
    }

    @Override
    public int ioctl(int descriptor, long request) {
        return libc.ioctl(descriptor, request);
    }

    @Override
    public long fileSystem(int descriptor) {
        return libc.fileSystem(descriptor);
    }

    @Override
    public long inode(int descriptor) {
        return libc.inode(descriptor);
    }
}
