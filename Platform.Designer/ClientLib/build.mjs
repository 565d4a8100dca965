// Bundles the page scripts and styles into ../wwwroot/dist. Run by ClientLib.targets; `--sizes` prints what each file weighs.
import * as esbuild from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const out = '../wwwroot/dist';
const debug = process.argv.includes('--configuration=Debug');

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = {
  bundle: true,
  minify: !debug,
  sourcemap: debug ? 'linked' : false,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  outdir: out,
  loader: { '.woff2': 'file', '.ttf': 'file' },
  assetNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
};

await Promise.all([
  esbuild.build({
    ...common,
    format: 'esm',
    splitting: true,
    entryPoints: { shell: 'src/shell.ts', canvas: 'src/canvas.ts', author: 'src/author.ts', lineage: 'src/lineage.ts', charts: 'src/charts.ts', grid: 'src/grid.ts', editor: 'src/editor.ts' },
  }),
  // A classic worker is one file.
  esbuild.build({ ...common, minify: true, sourcemap: false, format: 'iife', entryPoints: { 'monaco-worker': 'node_modules/monaco-editor/esm/vs/editor/editor.worker.js' } }),
  esbuild.build({ ...common, entryPoints: { app: 'src/app.css' } }),
  sprite(),
]);
await writeFile(`${out}/bundle.stamp`, '');

/** One SVG file with a symbol for each icon that is used: a page draws them by reference, in the colour of its text. */
async function sprite() {
  const names = JSON.parse(await readFile('src/icons.json', 'utf8'));
  const symbols = await Promise.all(names.map(async name => {
    const svg = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, 'utf8');
    const paths = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${paths}</symbol>`;
  }));
  await writeFile(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}

if (process.argv.includes('--sizes')) {
  for (const name of (await readdir(out)).sort()) {
    const bytes = await readFile(`${out}/${name}`);
    console.log(name.padEnd(40), String(bytes.length).padStart(9), 'gzip', String(gzipSync(bytes).length).padStart(8));
  }
}
