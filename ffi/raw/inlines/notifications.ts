/** What `ProcessSocketNotifications` reports: the inline function of winsock2.h. */

import { layout } from "../../layout/mod.ts";
import { OVERLAPPED_ENTRY } from "../../win32/kernel32.ts";
import type { Pointer } from "../../layout/bytes.ts";

/** The events of a notification, `SOCK_NOTIFY_EVENT_…`. https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-socketnotificationretrieveevents */
export function SocketNotificationRetrieveEvents(notification: Pointer<typeof OVERLAPPED_ENTRY>): number {
  return layout(OVERLAPPED_ENTRY).view(notification).dwNumberOfBytesTransferred;
}
