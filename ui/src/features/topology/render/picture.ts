/** The whole scene as a PNG, at twice the size of the screen where that fits a bitmap. */
import type { Scene } from '../model/scene-types.js';
import { drawScene } from './draw.js';
import type { Palette } from './theme.js';

const MAX_SIDE_PX = 8000;
const SCALE = 2;

export async function scenePng(scene: Scene, palette: Palette): Promise<Blob> {
  const { box } = scene;
  const [width, height] = [box.maxX - box.minX, box.maxY - box.minY];
  const scale = Math.min(SCALE * Math.max(0.5, scene.zoom), MAX_SIDE_PX / width, MAX_SIDE_PX / height);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws no canvas');
  pen.fillStyle = palette.bg;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(scale, 0, 0, scale, -box.minX * scale, -box.minY * scale);
  drawScene({ pen, scene, palette, view: box });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large for this browser'))), 'image/png');
  });
}
