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
  return normalized(end < 0 ? rawPath : rawPath.slice(0, end), normalization);
}

/** As the header `:path` has it: normalized, and what follows as it came. */
export function pathHeader(rawPath: string, normalization: MeshSettings['pathNormalization']): string {
  const end = rawPath.search(/[?#]/);
  return end < 0 ? normalized(rawPath, normalization) : normalized(rawPath.slice(0, end), normalization) + rawPath.slice(end);
}

function normalized(wirePath: string, normalization: MeshSettings['pathNormalization']): string {
  let path = wirePath;
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

/** undefined where an operator follows `{**}`: Envoy refuses such a template. */
export function templateMatcher(template: string): ((path: string | undefined) => boolean) | undefined {
  const segments = template.split('/');
  const any = segments.indexOf('{**}');
  if (any >= 0 && segments.slice(any + 1).some((segment) => segment === '{*}' || segment === '{**}')) return undefined;
  const source = segments
    .map((segment) => {
      if (segment === '{*}') return `[${SEGMENT_CHARS}]+`;
      if (segment === '{**}') return `[${SEGMENT_CHARS}/]*`;
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  const pattern = new RegExp(`^${source}$`);
  return (path) => path !== undefined && pattern.test(path);
}
