import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/languages/definitions/sql/register';
import 'monaco-editor/languages/definitions/yaml/register';
import { Outbox } from './author-outbox';
import { onConnection } from './connection';
import { provideFor } from './editor-suggest';

(self as unknown as { MonacoEnvironment: object }).MonacoEnvironment = {
  getWorker: () => new Worker(new URL('./monaco-worker.js', import.meta.url)),
};

// Its styles are as large as it is: they come with it, not with every page.
const styles = document.createElement('link');
styles.rel = 'stylesheet';
styles.href = new URL('./editor.css', import.meta.url).href;
const styled = new Promise<void>(resolve => { styles.onload = () => resolve(); styles.onerror = () => resolve(); });
document.head.append(styles);

// Comments of the editor's own dark theme are too faint to read, and its ground is not that of the pages (--surface).
monaco.editor.defineTheme('platform-dark', { base: 'vs-dark', inherit: true, rules: [{ token: 'comment', foreground: '86b574' }], colors: { 'editor.background': '#151f2e', 'editorGutter.background': '#151f2e', 'editorSuggestWidget.background': '#1c2839', 'editorHoverWidget.background': '#1c2839' } });

const themeName = () => dark() ? 'platform-dark' : 'vs';
const dark = () => document.documentElement.getAttribute('data-bs-theme') === 'dark';

/** A text in its language's colours, with search and folding. Read-only here; the designer edits with the same editor. */
export async function create(element: HTMLElement, language: string, value: string, name: string, readOnly: boolean) {
  await styled;
  const editor = monaco.editor.create(element, {
    value, language, readOnly, domReadOnly: readOnly, ariaLabel: name,
    theme: themeName(),
    automaticLayout: true, minimap: { enabled: false }, fontSize: 12.5, scrollBeyondLastLine: false, tabSize: 2,
    renderLineHighlight: 'none', overviewRulerLanes: 0, padding: { top: 10, bottom: 10 }, lineNumbersMinChars: 4,
    contextmenu: false, wordWrap: 'on', scrollbar: { alwaysConsumeMouseWheel: false },
  });
  const theme = new MutationObserver(() => monaco.editor.setTheme(themeName()));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return {
    editor,
    set(text: string) { if (text !== editor.getValue()) editor.setValue(text); },
    dispose() { theme.disconnect(); editor.getModel()?.dispose(); editor.dispose(); },
  };
}

interface Net { invokeMethodAsync(method: string, ...values: unknown[]): Promise<unknown> }

/**
 * An editor of a text that others change too. What is typed goes to C# a moment later, and at once when the focus leaves; what comes from there is put in at
 * its place. Typing goes the way of the canvas's gestures, in their order, and waits with them while the connection is lost; undo and redo are those of the whole
 * document. An editor that stands alone tells its text only.
 */
export async function edit(element: HTMLElement, language: string, value: string, name: string, readOnly: boolean, net: Net, alone = false, key = '') {
  const view = await create(element, language, value, name, readOnly);
  const editor = view.editor, model = editor.getModel()!;
  model.setEOL(monaco.editor.EndOfLineSequence.LF);
  editor.updateOptions({ renderLineHighlight: 'line', contextmenu: true, quickSuggestions: { other: true, strings: true, comments: false }, wordBasedSuggestions: 'off', suggest: { showStatusBar: false, preview: false }, fixedOverflowWidgets: true });
  const forget = readOnly ? () => undefined : provideFor(model, net);
  (element as unknown as { editor: typeof editor }).editor = editor;
  // What C# shows, as far as it is known here; what is on its way there, null where nothing is; and the text that was typed upon: the last one that both sides had.
  let remote = false, timer = 0, sent = model.getValue(), queued: string | null = null;
  let origin = sent;
  // Both sides changed one place: what stands here is not what C# shows, until what was typed is there and its text comes back whole.
  let apart = false;
  const later = () => { clearTimeout(timer); timer = window.setTimeout(() => void flush(), 180); };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = 0;
    const text = model.getValue();
    if (alone) {
      if (text !== sent) { await net.invokeMethodAsync('OnText', text); sent = text; }
      return;
    }
    const outbox = Outbox.of(key);
    if (text !== (queued ?? origin)) {
      // The canvas is not there yet: typing waits for it.
      if (!outbox) { later(); return; }
      outbox.send({ kind: 'text', base: queued ?? origin, text });
      queued = text;
    }
    if (!outbox) return;
    if (queued !== null) {
      await outbox.flush();
      if (outbox.idle && queued === text) [queued, origin] = [null, text];
    }
    // What was typed and taken back at once may never come back: after a moment the whole is asked for.
    if (queued === null && sent !== origin && !apart) window.setTimeout(() => { if (queued === null && sent !== origin) { apart = true; void flush(); } }, 1500);
    if (apart && queued === null) void net.invokeMethodAsync('OnResumed').catch(() => undefined);
  };
  const leave = () => void flush();
  window.addEventListener('pagehide', leave);
  model.onDidChangeContent(() => {
    if (remote) return;
    later();
  });
  const put = (start: number, end: number, text: string) => {
    remote = true;
    model.pushEditOperations([], [{ range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)), text }], () => null);
    remote = false;
  };
  /** A part of the text that C# knows is another; what was typed and not sent yet stays, beside it where they touch different places. */
  const take = (start: number, end: number, text: string) => {
    const typed = model.getValue(), base = sent;
    sent = base.slice(0, start) + text + base.slice(end);
    if (apart) { later(); return; }
    // What was typed here comes back.
    if (sent === (queued ?? origin) || typed === sent) {
      origin = sent;
      if (queued === sent) queued = null;
      return;
    }
    if (typed === base) { put(start, end, text); origin = sent; return; }
    const [from, to] = changed(base, typed);
    if (end <= from && start < from) put(start, end, text);
    else if (start >= to && start > from) put(start + typed.length - base.length, end + typed.length - base.length, text);
    else { apart = true; later(); return; }
    if (queued === null) origin = sent;
  };
  const stop = alone ? () => undefined : onConnection(up => {
    if (up) void net.invokeMethodAsync('OnResumed').catch(() => undefined);
  });
  editor.onDidBlurEditorText(() => void flush());
  let line = 0;
  editor.onDidChangeCursorPosition(e => {
    if (e.source === 'api' || e.position.lineNumber === line) return;
    line = e.position.lineNumber;
    void net.invokeMethodAsync('OnLine', line).catch(() => undefined);
  });
  const undo = (redo: boolean) => { void flush(); Outbox.of(key)?.send({ kind: redo ? 'redo' : 'undo' }); };
  if (!alone) {
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyZ, () => undo(false));
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.KeyZ, () => undo(true));
    editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyY, () => undo(true));
  } else {
    editor.focus();
  }
  return {
    flush,
    /** Replaces a part of the text that C# knows; what was typed meanwhile and not sent yet is sent again on top of it. */
    change(start: number, end: number, text: string, length: number) {
      if (sent.length - (end - start) + text.length === length) take(start, end, text);
    },
    /** The whole text that C# knows, after changes may have been lost or could not be taken. */
    resume(now: string) {
      const typed = model.getValue(), whole = apart && queued === null && typed === origin;
      const [from, to] = changed(whole ? typed : sent, now);
      if (whole) {
        [apart, sent, origin] = [false, now, now];
        if (typed !== now) put(from, to, now.slice(from, now.length - (typed.length - to)));
      } else if (now !== sent) take(from, to, now.slice(from, now.length - (sent.length - to)));
    },
    mark(problems: { line: number; column: number; message: string; error: boolean }[]) {
      monaco.editor.setModelMarkers(model, 'platform', problems.map(p => {
        const row = Math.min(p.line, model.getLineCount()), from = Math.max(1, p.column), word = model.getWordAtPosition({ lineNumber: row, column: Math.min(from, model.getLineMaxColumn(row)) });
        return { startLineNumber: row, endLineNumber: row, startColumn: from, endColumn: p.column > 0 ? word?.endColumn ?? Math.max(from + 1, model.getLineMaxColumn(row)) : model.getLineMaxColumn(row), message: p.message, severity: p.error ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning };
      }));
    },
    go(row: number, column: number) {
      const at = { lineNumber: Math.min(row, model.getLineCount()), column };
      line = at.lineNumber;
      editor.setPosition(at);
      editor.revealPositionInCenter(at);
      editor.focus();
    },
    dispose() { void flush(); clearTimeout(timer); stop(); forget(); window.removeEventListener('pagehide', leave); view.dispose(); },
  };
}

/** Where two texts differ: the part of the first that the second has otherwise. */
function changed(before: string, after: string): [number, number] {
  let start = 0, same = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return [start, before.length - same];
}
