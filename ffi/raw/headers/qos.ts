/**
 * qos.h: quality of service.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/qos/
 *
 * @module
 */

import type { StructDef } from "../../layout/mod.ts";

// Service types of a FLOWSPEC

/** FLOWSPEC: nothing is sent. */
export const SERVICETYPE_NOTRAFFIC = 0x00000;
/** FLOWSPEC: best effort. */
export const SERVICETYPE_BESTEFFORT = 0x00001;
/** FLOWSPEC: as on a network without load. */
export const SERVICETYPE_CONTROLLEDLOAD = 0x00002;
/** FLOWSPEC: guaranteed. */
export const SERVICETYPE_GUARANTEED = 0x00003;
/** FLOWSPEC: the network is gone. */
export const SERVICETYPE_NETWORK_UNAVAILABLE = 0x00004;
/** FLOWSPEC: of any type. */
export const SERVICETYPE_GENERAL_INFORMATION = 0x00005;
/** FLOWSPEC: as it is. */
export const SERVICETYPE_NOCHANGE = 0x00006;
/** FLOWSPEC: traffic beyond the flow. */
export const SERVICETYPE_NONCONFORMING = 0x00009;
/** FLOWSPEC: traffic of the network itself. */
export const SERVICETYPE_NETWORK_CONTROL = 0x0000a;
/** FLOWSPEC: better than best effort. */
export const SERVICETYPE_QUALITATIVE = 0x0000d;
/** FLOWSPEC: best effort, in both directions. */
export const SERVICE_BESTEFFORT = 0x80010000;
/** FLOWSPEC: as on a network without load, for both directions. */
export const SERVICE_CONTROLLEDLOAD = 0x80020000;
/** FLOWSPEC: guaranteed, for both directions. */
export const SERVICE_GUARANTEED = 0x80040000;
/** FLOWSPEC: better than best effort, for both directions. */
export const SERVICE_QUALITATIVE = 0x80200000;
/** FLOWSPEC: no traffic control. */
export const SERVICE_NO_TRAFFIC_CONTROL = 0x81000000;
/** FLOWSPEC: no signalling to the network. */
export const SERVICE_NO_QOS_SIGNALING = 0x40000000;
/** FLOWSPEC: not given. */
export const QOS_NOT_SPECIFIED = 0xffffffff;
/** FLOWSPEC: no limit. */
export const POSITIVE_INFINITY_RATE = 0xfffffffe;

// Objects

/** What the types of objects are counted from. */
export const QOS_GENERAL_ID_BASE = 2000;
/** QOS_OBJECT_HDR: the end of the objects. */
export const QOS_OBJECT_END_OF_LIST = 2001;
/** QOS_OBJECT_HDR: a QOS_SD_MODE. */
export const QOS_OBJECT_SD_MODE = 2002;
/** QOS_OBJECT_HDR: a QOS_SHAPING_RATE. */
export const QOS_OBJECT_SHAPING_RATE = 2003;
/** QOS_OBJECT_HDR: a destination. */
export const QOS_OBJECT_DESTADDR = 2004;
/** QOS_SD_MODE: send with what is left. */
export const TC_NONCONF_BORROW = 0;
/** QOS_SD_MODE: delay. */
export const TC_NONCONF_SHAPE = 1;
/** QOS_SD_MODE: drop. */
export const TC_NONCONF_DISCARD = 2;
/** QOS_SD_MODE: reserved. */
export const TC_NONCONF_BORROW_PLUS = 3;

// Structs

/** What a flow of data needs, or gets. https://learn.microsoft.com/windows/win32/api/qos/ns-qos-flowspec */
export const FLOWSPEC = {
  struct: {
    TokenRate: "u32",
    TokenBucketSize: "u32",
    PeakBandwidth: "u32",
    Latency: "u32",
    DelayVariation: "u32",
    ServiceType: "u32",
    MaxSduSize: "u32",
    MinimumPolicedSize: "u32",
  },
} as const satisfies StructDef;

/** What every object of quality of service begins with. */
export const QOS_OBJECT_HDR = { struct: { ObjectType: "u32", ObjectLength: "u32" } } as const satisfies StructDef;

/** What happens to packets that exceed the flow. */
export const QOS_SD_MODE = {
  struct: { ObjectHdr: QOS_OBJECT_HDR, ShapeDiscardMode: "u32" },
} as const satisfies StructDef;

/** The rate at which a flow is sent, in bytes per second. */
export const QOS_SHAPING_RATE = {
  struct: { ObjectHdr: QOS_OBJECT_HDR, ShapingRate: "u32" },
} as const satisfies StructDef;
