/* The scenarios of the TCP load client. Each prints one line of JSON for each result. */
#ifndef TCP_CLIENT_H
#define TCP_CLIENT_H

/* Messages to and fro, one under way on each connection. */
void ping_pong(unsigned port);
/* Requests of HTTP and their answers, one under way on each connection. */
void http(unsigned port);
/* One ping-pong connection among more and more idle ones. */
void idle(unsigned port);
/* Writes of 64 KiB: echoed, only received by the server, only sent by it. */
void bulk_echo(unsigned port);
void bulk_sink(unsigned port);
void bulk_source(unsigned port);
/* Connections that the server closes as soon as it has accepted them. */
void accept_close(unsigned port);
/* Asks the server for more and more and reads nothing. */
void unread(unsigned port);

#endif
