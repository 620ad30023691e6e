/**
 * What a path condition sees of a request, and how path templates match.
 * Sources: Istio's listener_builder (normalization before authorization), Envoy's uri_template_internal.cc.
 * Invariant: policy values are never normalized, request paths always are (but for NONE).
 */
import type { MeshSettings } from '../model/policy.js';

const UNRESERVED = /[A-Za-z0-9\-._~]/;

function decodeUnreserved(path: string): string {
  return path.replace(/%([0-9a-fA-F]{2})/g, (escape, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(char) ? char : escape;
  });
}

function resolveDotSegments(path: string): string {
  const resolved: string[] = [];
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '.' || segment === '..') {
      if (segment === '..' && resolved.length > 1) resolved.pop();
      if (isLast) resolved.push('');
    } else {
      resolved.push(segment);
    }
  });
  return resolved.join('/');
}

/** The path without query and fragment, normalized as the mesh is told to. */
export function normalizedPath(rawPath: string, normalization: MeshSettings['pathNormalization']): string {
  const end = rawPath.search(/[?#]/);
  let path = end < 0 ? rawPath : rawPath.slice(0, end);
  if (normalization === 'NONE' || !path.startsWith('/')) return path;
  if (normalization === 'DECODE_AND_MERGE_SLASHES') path = path.replace(/%2f|%5c/gi, '/');
  path = path.replaceAll('\\', '/');
  if (path.includes('%')) path = decodeUnreserved(path);
  if (path.includes('/.')) path = resolveDotSegments(path);
  return normalization === 'BASE' ? path : path.replace(/\/{2,}/g, '/');
}

export const TEMPLATE_OPERATOR = /\{\*\*?\}/;
/** The characters that `{*}` takes; `{**}` takes the slash as well. */
const SEGMENT_CHARS = "A-Za-z0-9\\-._~%!$&'()+,;:@=";

export function isPathTemplate(value: string): boolean {
  return TEMPLATE_OPERATOR.test(value);
}

export function templateMatcher(template: string): (path: string | undefined) => boolean {
  const source = template
    .split('/')
    .map((segment) => {
      if (segment === '{*}') return `[${SEGMENT_CHARS}]+`;
      if (segment === '{**}') return `[${SEGMENT_CHARS}/]*`;
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  const pattern = new RegExp(`^${source}$`);
  return (path) => path !== undefined && pattern.test(path);
}
