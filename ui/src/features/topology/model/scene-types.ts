/** What is drawn: nodes, edges, hulls and lanes in world pixels, with looks but without colours. */
import type { Box, Curve, Point } from './geometry.js';

export type Shape = 'square' | 'hexagon' | 'circle' | 'diamond' | 'gateway' | 'stack';
export type IconName = 'workload' | 'app' | 'service' | 'gateway' | 'waypoint' | 'tunnel' | 'external' | 'unknown' | 'namespace';
/** What a colour means; the theme says which it is. */
export type Tone =
  | 'quiet'
  | 'idle'
  | 'degraded'
  | 'failing'
  | 'unknown'
  | 'accent'
  | 'added'
  | 'removed'
  | 'changed'
  | 'encrypted'
  | 'scale0'
  | 'scale1'
  | 'scale2'
  | 'scale3'
  | 'scale4'
  | 'istio'
  | 'ambient'
  | 'linkerd';

export interface SceneNode {
  id: string;
  x: number;
  y: number;
  radius: number;
  halfWidth: number;
  halfHeight: number;
  shape: Shape;
  icon: IconName;
  tone: Tone;
  /** A small sign beside the node, so that health is never colour alone. */
  mark: 'failing' | 'degraded' | 'unknown' | null;
  dashed: boolean;
  faded: boolean;
  name: string;
  /** Whether the name found room, and a second line. */
  named: boolean;
  detail: string;
}

export interface SceneEdge {
  id: string;
  source: string;
  target: string;
  curve: Curve;
  /** Screen pixels at this zoom. */
  widthPx: number;
  tone: Tone;
  dash: 'solid' | 'dashed' | 'dotted';
  faded: boolean;
  label: { text: string; short: string; tone: Tone; mark: 'lock' | 'open' | null; at: Point } | null;
}

export interface SceneHull {
  key: string;
  title: string;
  box: Box;
  /** `2 failing`, or nothing. */
  attention: string;
  tone: Tone;
  faded: boolean;
}

export interface Scene {
  zoom: number;
  /** Screen pixels of names. */
  textPx: number;
  nodes: SceneNode[];
  edges: SceneEdge[];
  hulls: SceneHull[];
  lanes: { cluster: string; box: Box }[];
  box: Box;
}
