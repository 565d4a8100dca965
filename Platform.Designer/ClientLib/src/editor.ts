import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/languages/definitions/sql/register';
import 'monaco-editor/languages/definitions/yaml/register';

(self as unknown as { MonacoEnvironment: object }).MonacoEnvironment = {
  getWorker: () => new Worker(new URL('./monaco-worker.js', import.meta.url)),
};

// Its styles are as large as it is: they come with it, not with every page.
const styles = document.createElement('link');
styles.rel = 'stylesheet';
styles.href = new URL('./editor.css', import.meta.url).href;
const styled = new Promise<void>(resolve => { styles.onload = () => resolve(); styles.onerror = () => resolve(); });
document.head.append(styles);

const dark = () => document.documentElement.getAttribute('data-bs-theme') === 'dark';

/** A text in its language's colours, with search and folding. Read-only here; the designer edits with the same editor. */
export async function create(element: HTMLElement, language: string, value: string, name: string, readOnly: boolean) {
  await styled;
  const editor = monaco.editor.create(element, {
    value, language, readOnly, domReadOnly: readOnly, ariaLabel: name,
    theme: dark() ? 'vs-dark' : 'vs',
    automaticLayout: true, minimap: { enabled: false }, fontSize: 12.5, scrollBeyondLastLine: false, tabSize: 2,
    renderLineHighlight: 'none', overviewRulerLanes: 0, padding: { top: 10, bottom: 10 }, lineNumbersMinChars: 4,
    contextmenu: false, wordWrap: 'on', scrollbar: { alwaysConsumeMouseWheel: false },
  });
  const theme = new MutationObserver(() => monaco.editor.setTheme(dark() ? 'vs-dark' : 'vs'));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
  return {
    set(text: string) { if (text !== editor.getValue()) editor.setValue(text); },
    dispose() { theme.disconnect(); editor.getModel()?.dispose(); editor.dispose(); },
  };
}
