import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/snippet/register';
// The feature's own entry leaves the list itself out.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import type { SuggestionList } from './author-suggest';

interface Net { invokeMethodAsync(method: string, ...values: unknown[]): Promise<unknown> }
interface Explanation { start: number; end: number; title: string; detail: string | null; help: string | null; example: string | null }

/** Who is asked about which text. What is known lives on the server; the editor only shows it. */
const asked = new Map<string, Net>();
let provided = false;

/** Suggestions and help for an editor's text, until the result is called. */
export function provideFor(model: monaco.editor.ITextModel, net: Net): () => void {
  asked.set(model.uri.toString(), net);
  if (!provided) ['yaml', 'sql'].forEach(provide);
  provided = true;
  return () => { asked.delete(model.uri.toString()); };
}

function provide(language: string) {
  const kinds = monaco.languages.CompletionItemKind;
  const icons = [kinds.Property, kinds.Value, kinds.Struct, kinds.Field, kinds.Function, kinds.Keyword, kinds.Variable, kinds.Event, kinds.Module];
  monaco.languages.registerCompletionItemProvider(language, {
    triggerCharacters: ['.', ' ', '{', '$', '[', ',', '"', '\'', '|'],
    async provideCompletionItems(model, position, context) {
      const net = asked.get(model.uri.toString());
      if (!net) return null;
      const caret = model.getOffsetAt(position), before = model.getValueInRange({ startLineNumber: position.lineNumber, startColumn: 1, endLineNumber: position.lineNumber, endColumn: position.column });
      // A blank asks only where a name follows: behind a key, a dash, FROM and JOIN, and in a template.
      if (context.triggerCharacter === ' ' && !/(:|-|\{|,|\[|\b(from|join)|\{\{[^}]*)\s+$/i.test(before)) return null;
      const found = await net.invokeMethodAsync('OnComplete', model.getValue(), caret) as SuggestionList;
      const from = model.getPositionAt(caret - found.length);
      return {
        // What is offered depends on what was typed only in its order: the editor may go on sifting it.
        suggestions: found.items.map((item, i) => ({
          label: { label: item.label, description: item.detail ?? undefined }, kind: icons[item.kind], documentation: item.help ? { value: item.help } : undefined,
          insertText: item.insert ?? item.label, sortText: String(i).padStart(4, '0'), filterText: item.label, range: monaco.Range.fromPositions(from, position),
          command: item.again ? { id: 'editor.action.triggerSuggest', title: '' } : undefined,
        })),
      };
    },
  });
  monaco.languages.registerHoverProvider(language, {
    async provideHover(model, position) {
      const net = asked.get(model.uri.toString());
      const found = net && await net.invokeMethodAsync('OnExplain', model.getValue(), model.getOffsetAt(position)) as Explanation | null;
      if (!found) return null;
      const text = `**${plain(found.title)}**${found.detail ? ` \`${found.detail.replace(/`/g, '\'')}\`` : ''}${found.help ? `\n\n${plain(found.help)}` : ''}${found.example ? `\n\n\`\`\`yaml\n${found.example}\n\`\`\`` : ''}`;
      return { range: monaco.Range.fromPositions(model.getPositionAt(found.start), model.getPositionAt(found.end)), contents: [{ value: text }] };
    },
  });
}

const plain = (text: string) => text.replace(/[\\`*_{}[\]<>#|]/g, c => `\\${c}`);
