/**
 * What else can the colours say? An overlay takes the place of health and errors, one at a time, with its own legend.
 * Invariant: only an overlay with data is offered, and what has none of it stays quiet rather than looking good.
 */
import type { Topology } from '@observatory/contracts';
import type { MapEdge, MapNode } from './level-of-detail.js';
import type { Tone } from './scene-types.js';

export const OVERLAYS = ['health', 'encryption', 'latency', 'mesh'] as const;
/** Overlays whose colours come from elsewhere, see `paint.ts`. */
export const PAINTED_OVERLAYS = ['anomaly', 'policies', 'policy', 'what-if', 'certificates'] as const;
export type PaintedOverlay = (typeof PAINTED_OVERLAYS)[number];
type MeasuredOverlay = (typeof OVERLAYS)[number];
export type Overlay = MeasuredOverlay | PaintedOverlay;

export interface Tones {
  node: (node: MapNode) => Tone | undefined;
  edge: (edge: MapEdge) => Tone | undefined;
}

export const OVERLAY_NAMES: Record<Overlay, string> = {
  anomaly: 'Anomalies',
  health: 'Health',
  encryption: 'Encryption',
  latency: 'Latency',
  mesh: 'Data plane',
  policies: 'Policy coverage',
  policy: 'One policy',
  'what-if': 'What-if',
  certificates: 'Certificates',
};

/** Upper bounds of the steps: the product's latency buckets of interest, 10 ms is quick, a second is an outage to people. */
export const LATENCY_STEPS_MS = [10, 50, 200, 1000] as const;

function latencyTone(ms: number | null): Tone | undefined {
  if (ms === null) return undefined;
  const step = LATENCY_STEPS_MS.findIndex((bound) => ms <= bound);
  return `scale${step === -1 ? 4 : step}` as Tone;
}

function encryptionTone({ mtlsRatio, mtlsPartial }: MapEdge): Tone {
  if (mtlsPartial) return 'degraded';
  if (mtlsRatio === null) return 'idle';
  return mtlsRatio === 1 ? 'encrypted' : 'failing';
}

export function overlayTones(overlay: Overlay): Tones | undefined {
  switch (overlay) {
    case 'health':
      return undefined;
    case 'encryption':
      return { node: (node) => (node.idle ? 'idle' : undefined), edge: encryptionTone };
    case 'latency':
      return {
        node: (node) => (node.idle ? 'idle' : undefined),
        edge: (edge) => latencyTone(edge.latencyMsP95 ?? edge.latencyMsMean) ?? 'idle',
      };
    case 'mesh':
      return { node: (node) => meshTone(node), edge: () => undefined };
    default:
      return undefined;
  }
}

function meshTone({ node }: MapNode): Tone | undefined {
  if (!node) return undefined;
  return node.mesh === 'none' ? 'idle' : node.mesh;
}

/** The overlays that this graph has data for. */
export function overlaysWithData({ nodes, edges }: Topology): MeasuredOverlay[] {
  const meshes = new Set(nodes.map(({ mesh }) => mesh));
  const has: Record<MeasuredOverlay, boolean> = {
    health: true,
    encryption: edges.some(({ mtls }) => mtls.ratio !== null),
    latency: edges.some(({ latencyMs }) => latencyMs !== undefined),
    mesh: meshes.size > 1,
  };
  return OVERLAYS.filter((overlay) => has[overlay]);
}

export interface LegendEntry {
  tone: Tone;
  words: string;
  of: 'node' | 'edge';
}

export function overlayLegend(overlay: Overlay): LegendEntry[] {
  const edge = (tone: Tone, words: string): LegendEntry => ({ tone, words, of: 'edge' });
  const node = (tone: Tone, words: string): LegendEntry => ({ tone, words, of: 'node' });
  switch (overlay) {
    case 'health':
      return [
        node('quiet', 'healthy'),
        node('degraded', 'degraded'),
        node('failing', 'failing'),
        node('idle', 'idle'),
        edge('degraded', '1 % errors or more'),
        edge('failing', '5 % errors or more'),
      ];
    case 'encryption':
      return [
        edge('encrypted', 'all encrypted'),
        edge('degraded', 'a part is plain text'),
        edge('failing', 'plain text'),
        edge('idle', 'not known'),
      ];
    case 'latency': {
      const [first, ...rest] = LATENCY_STEPS_MS;
      const steps = rest.map((bound, index) => edge(`scale${index + 1}` as Tone, bound === 1000 ? '≤ 1 s' : `≤ ${bound} ms`));
      return [edge('scale0', `≤ ${first} ms`), ...steps, edge('scale4', '> 1 s'), edge('idle', 'not measured')];
    }
    case 'mesh':
      return [
        node('istio', 'Istio sidecar'),
        node('ambient', 'Istio ambient'),
        node('linkerd', 'Linkerd'),
        node('idle', 'not in the mesh'),
      ];
    default:
      return [];
  }
}
