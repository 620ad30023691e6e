/** How a call ended, as people call it. Source: https://grpc.io/docs/guides/status-codes/, and what proxies write when nothing came back. */
const GRPC_NAMES = [
  'OK',
  'Cancelled',
  'Unknown',
  'Invalid Argument',
  'Deadline Exceeded',
  'Not Found',
  'Already Exists',
  'Permission Denied',
  'Resource Exhausted',
  'Failed Precondition',
  'Aborted',
  'Out of Range',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'Data Loss',
  'Unauthenticated',
];

/** `gRPC 14 Unavailable`; undefined where the status is 0 or there is none: then the HTTP code says how it ended. */
export function grpcFailureName(grpcStatus: string | undefined): string | undefined {
  if (grpcStatus === undefined || grpcStatus === '' || grpcStatus === '0') return undefined;
  return `gRPC ${grpcStatus} ${GRPC_NAMES[Number(grpcStatus)] ?? ''}`.trim();
}

/** The code that proxies write where no answer came: Istio `0`, connections `-`. */
export const isNoResponse = (code: string): boolean => code === '0' || code === '-';
