/*
 * Measures how long a program takes to start:
 *
 *   starter accept PORT_FILE COMMAND…    until it has accepted a connection and closed it
 *   starter end COMMAND…                 until it has ended
 */
#include "common.h"

static char command_line[8192];

static void add_argument(const char *argument) {
  size_t length = strlen(command_line);
  int written = snprintf(command_line + length, sizeof command_line - length, "%s\"%s\"", length > 0 ? " " : "", argument);
  if (written < 0 || length + written >= sizeof command_line) fail("the command is too long");
}

static unsigned read_port(const char *file) {
  char text[16] = "";
  FILE *in = fopen(file, "rb");
  if (in == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, in);
  fclose(in);
  return length > 0 && strchr(text, '\n') != NULL ? (unsigned)atoi(text) : 0;
}

static void wait_for_accept(HANDLE process, const char *file) {
  unsigned port;
  char byte;
  while ((port = read_port(file)) == 0) {
    if (WaitForSingleObject(process, 1) == WAIT_OBJECT_0) fail("the server has ended before it listened");
  }
  if (recv(connect_tcp(port), &byte, 1, 0) != 0) fail("the server did not just close the connection");
}

int main(int argc, char **argv) {
  int is_accept = argc > 3 && strcmp(argv[1], "accept") == 0;
  if (!is_accept && (argc < 3 || strcmp(argv[1], "end") != 0)) fail("usage: starter accept PORT_FILE|end COMMAND…");
  start_winsock();
  for (int i = is_accept ? 3 : 2; i < argc; i++) add_argument(argv[i]);

  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  HANDLE nothing = CreateFileA("NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                               OPEN_EXISTING, 0, NULL);
  STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = startup.hStdOutput = startup.hStdError = nothing;
  PROCESS_INFORMATION process;
  double start = now();
  if (!CreateProcessA(NULL, command_line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) fail_call("CreateProcess");
  DWORD code = 0;
  if (is_accept) {
    wait_for_accept(process.hProcess, argv[2]);
  } else {
    WaitForSingleObject(process.hProcess, INFINITE);
    if (!GetExitCodeProcess(process.hProcess, &code) || code != 0) fail("the program has ended with code %lu", code);
  }
  double end = now();
  TerminateProcess(process.hProcess, 1);
  WaitForSingleObject(process.hProcess, 5000);
  printf("{\"%s\":%.1f}\n", is_accept ? "accepted" : "ended", (end - start) / 1e3);
  return 0;
}
