import { Graph } from '@antv/x6';

export interface DotNet { invokeMethodAsync(method: string, ...values: unknown[]): Promise<unknown> }

interface Point { x: number; y: number }

let registered = false;

/** A curve that leaves to the right and enters from the left, so that a backward edge is not hidden behind its nodes. */
export function registerConnector() {
  if (registered) return;
  registered = true;
  Graph.registerConnector('flow', (a: Point, b: Point) => {
    const reach = b.x > a.x ? Math.max(24, (b.x - a.x) / 2) : Math.max(60, Math.min(160, (a.x - b.x) / 2));
    return `M ${a.x} ${a.y} C ${a.x + reach} ${a.y} ${b.x - reach} ${b.y} ${b.x} ${b.y}`;
  }, true);
}

export function zoomBy(graph: Graph, factor: number) {
  graph.zoomTo(Math.min(2, Math.max(0.1, graph.zoom() * factor)));
}
