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

/** The dots of a canvas: drawn as a picture, into which no style of the page reaches, so that their colour is told. */
export function dots(size: number) {
  return { visible: true, type: 'dot' as const, size, args: { color: dotColour(), thickness: 1.1 } };
}

/** Draws the dots again in the colour of another theme, until the result is called. */
export function followTheme(graph: Graph, size: number): () => void {
  const theme = new MutationObserver(() => graph.drawGrid(dots(size)));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return () => theme.disconnect();
}

const dotColour = () => getComputedStyle(document.documentElement).getPropertyValue('--canvas-dot').trim() || '#d7dee7';

export function zoomBy(graph: Graph, factor: number) {
  graph.zoomTo(Math.min(2, Math.max(0.1, graph.zoom() * factor)));
}

export { fit, widthOf } from './ink';
