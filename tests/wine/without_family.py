"""Runs a command whose processes cannot make sockets of an address family: without_family.py ipv4|ipv6 COMMAND…

A seccomp filter lets socket() fail with EAFNOSUPPORT for that family, on x86-64 Linux.
"""
import ctypes
import os
import socket
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ALLOW = 0x7FFF0000
SECCOMP_RET_ERRNO = 0x00050000
SYS_SOCKET = 41
EAFNOSUPPORT = 97
# Where struct seccomp_data has the number of the system call and the low half of its first argument.
NUMBER, FIRST_ARGUMENT = 0, 16
BPF_LOAD, BPF_JUMP_IF_EQUAL, BPF_RETURN = 0x20, 0x15, 0x06

FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def forbid(family: int) -> None:
    program = b"".join([
        instruction(BPF_LOAD, NUMBER),
        instruction(BPF_JUMP_IF_EQUAL, SYS_SOCKET, 0, 3),
        instruction(BPF_LOAD, FIRST_ARGUMENT),
        instruction(BPF_JUMP_IF_EQUAL, family, 0, 1),
        instruction(BPF_RETURN, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
        instruction(BPF_RETURN, SECCOMP_RET_ALLOW),
    ])
    instructions = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    prctl = lambda option, first, second=0: libc.prctl(
        option, ctypes.c_ulong(first), ctypes.c_char_p(second) if second else ctypes.c_ulong(0), ctypes.c_ulong(0),
        ctypes.c_ulong(0))
    if prctl(PR_SET_NO_NEW_PRIVS, 1) != 0 or prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_) != 0:
        raise OSError(ctypes.get_errno(), "prctl: " + os.strerror(ctypes.get_errno()))


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1] not in FAMILIES:
        sys.exit("usage: without_family.py ipv4|ipv6 COMMAND…")
    forbid(FAMILIES[sys.argv[1]])
    os.execvp(sys.argv[2], sys.argv[2:])


main()
