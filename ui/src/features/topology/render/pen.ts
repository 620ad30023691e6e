/** What drawing functions share: the canvas, the scene, the colours, and how text is set. */
import type { Box } from '../model/geometry.js';
import type { Scene } from '../model/scene-types.js';
import type { Palette } from './theme.js';

export type Pen = CanvasRenderingContext2D;

/** Opacity of edges and labels that a filter fades. */
export const FADED = 0.16;

export interface Drawing {
  pen: Pen;
  scene: Scene;
  palette: Palette;
  /** The part of the world that the canvas shows. */
  view: Box;
}

export interface TextStyle {
  x: number;
  y: number;
  px: number;
  zoom: number;
  weight: number;
  colour: string;
  align: CanvasTextAlign;
  font: string;
  /** Colour of a soft outline that parts the text from what runs behind it. */
  halo?: string;
}

export function setText(pen: Pen, words: string, style: TextStyle): void {
  pen.font = `${style.weight} ${style.px / style.zoom}px ${style.font}`;
  pen.textAlign = style.align;
  pen.textBaseline = 'alphabetic';
  if (style.halo) {
    pen.lineJoin = 'round';
    pen.lineWidth = 3.5 / style.zoom;
    pen.strokeStyle = style.halo;
    pen.strokeText(words, style.x, style.y);
  }
  pen.fillStyle = style.colour;
  pen.fillText(words, style.x, style.y);
}
