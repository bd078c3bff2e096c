/* What the native programs of the bench share: arguments, time, failure, patterns, samples, sockets. */
#ifndef COMMON_H
#define COMMON_H

#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says what went wrong on stderr and ends the process with code 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, with the last error of Winsock or Windows. */
_Noreturn void fail_call(const char *call);

/* The value of an argument of the form name=value, or the fallback. */
long option(const char *name, long fallback);
void take_options(int argc, char **argv);

/* Microseconds since an arbitrary moment. */
double now(void);

/*
 * The bytes of a stream: pseudo-random, with a prime period, and another part of it for each connection, so that lost,
 * doubled, swapped or foreign bytes do not go unseen. At least PATTERN_REACH bytes can be read from what is returned.
 */
enum { PATTERN_REACH = 256 * 1024 };
const char *pattern_at(unsigned connection, uint64_t position);
/* Ends the process unless the bytes are those of the pattern. */
void verify(const char *bytes, unsigned length, unsigned connection, uint64_t position);

/* Durations in microseconds. */
void add_sample(double duration);
void forget_samples(void);
unsigned sample_count(void);
/* Sorts the samples; 0 is the shortest, 1 the longest. */
double sample_at(double fraction);

void start_winsock(void);
HANDLE make_port(void);
/* Joins a socket to a port; calls that succeed at once send no packet. */
void join_port(HANDLE port, SOCKET s, void *key);
SOCKET make_socket(int type);
struct sockaddr_in loopback(unsigned port);
/* Connects to a port of this machine. Closing the socket resets the connection, so that no TIME_WAIT is left behind. */
SOCKET connect_tcp(unsigned port);
unsigned local_port(SOCKET s);
/* How a server says that it is ready: the port is the first line of the file. */
void write_port(const char *file, unsigned port);

/* Starts WSARecv or WSASend; returns 1 when it has ended, with its byte count in *bytes, 0 when it is pending. */
int start_recv(SOCKET s, char *buffer, unsigned length, OVERLAPPED *overlapped, DWORD *bytes);
int start_send(SOCKET s, const char *buffer, unsigned length, OVERLAPPED *overlapped, DWORD *bytes);

enum { ENTRIES = 256 };
/* Waits for completions; ends the process when there are none for 10 s. */
unsigned dequeue(HANDLE port, OVERLAPPED_ENTRY *entries);
/* 0 when the operation succeeded. */
unsigned long status_of(const OVERLAPPED_ENTRY *entry);

#endif
