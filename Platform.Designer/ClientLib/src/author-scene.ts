import { Graph, type Cell } from '@antv/x6';

export interface AuthorNode { id: string; title: string; subtitle: string; icon: string; stage: string; x: number; y: number; role: string | null; roleWord: string; problem: 'error' | 'warning' | null; problemText: string; mapped: boolean }
export interface AuthorEdge { source: string; target: string; way: string }
export interface AuthorFrame { id: string; title: string; x: number; y: number; width: number; height: number; depth: number; members: string }
export interface AuthorNote { id: string; text: string; x: number; y: number; width: number; height: number }
export interface ScenePatch { nodes: AuthorNode[]; goneNodes: string[]; edges: AuthorEdge[]; goneEdges: string[]; frames: AuthorFrame[]; goneFrames: string[]; notes: AuthorNote[]; goneNotes: string[] }
/** Words that the canvas says by itself, in the reader's language. */
export interface AuthorWords { name: string; cycle: string; loop: string; again: string; task: string; note: string; edge: string; connecting: string; newNote: string; closed: string }
export interface AuthorOptions { sprite: string; readOnly: boolean; key: string; words: AuthorWords }

/** Distance of the dots; what is moved by keys or put somewhere stands on them. */
export const grid = 12;

export const edgeId = (source: string, target: string) => `${source}>${target}`;
export const isNote = (cell: Cell) => cell.shape === 'note';
export const isTask = (cell: Cell) => cell.shape === 'task';
/** A closed group, which is drawn as one node. */
export const isClosed = (id: string | null | undefined) => id?.startsWith('group:') ?? false;

let registered = false;

/** A note's shape, beside those of tasks and groups. */
export function registerNote() {
  if (registered) return;
  registered = true;
  Graph.registerNode('note', {
    inherit: 'rect',
    markup: [{ tagName: 'rect', selector: 'body' }, { tagName: 'foreignObject', selector: 'fo', children: [{ ns: 'http://www.w3.org/1999/xhtml', tagName: 'div', selector: 'text' }] }],
    attrs: {
      body: { refWidth: '100%', refHeight: '100%', rx: 6, ry: 6, class: 'gn-note-body', fill: null, stroke: null },
      fo: { refWidth: '100%', refHeight: '100%' },
      text: { class: 'gn-note-text' },
    },
  }, true);
}
