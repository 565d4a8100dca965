import { Graph } from '@antv/x6';

export interface DotNet { invokeMethodAsync(method: string, ...values: unknown[]): Promise<unknown> }

interface Point { x: number; y: number }

let registered = false;

/** A curve that leaves to the right and enters from the left, so that a backward edge is not hidden behind its nodes; on its way it passes the points that the layout gave it. */
export function registerConnector() {
  if (registered) return;
  registered = true;
  Graph.registerConnector('flow', (from: Point, to: Point, via: Point[]) => {
    let path = `M ${from.x} ${from.y}`;
    let a = from;
    for (const b of [...via, to]) {
      const reach = b.x > a.x ? (b.x - a.x) / 2 : Math.max(60, Math.min(160, (a.x - b.x) / 2));
      path += ` C ${a.x + reach} ${a.y} ${b.x - reach} ${b.y} ${b.x} ${b.y}`;
      a = b;
    }
    return path;
  }, true);
}

export function zoomBy(graph: Graph, factor: number) {
  graph.zoomTo(Math.min(2, Math.max(0.1, graph.zoom() * factor)));
}

let pen: CanvasRenderingContext2D | null = null;

/** The text, or as much of it as the width holds with an ellipsis: SVG does not cut texts by itself. */
export function fit(text: string, width: number, size: number, weight = 400): string {
  pen ??= document.createElement('canvas').getContext('2d')!;
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  if (pen.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

/** How wide a text is drawn. */
export function widthOf(text: string, size: number): number {
  pen ??= document.createElement('canvas').getContext('2d')!;
  pen.font = `400 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text).width;
}
