/** A drawing as a file of its own: every class becomes the colours and widths that it has on the page now, icons and the letters' font go in. */

const wanted = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-family', 'font-weight', 'color'] as const;
const plain: Record<string, string> = { opacity: '1', 'stroke-dasharray': 'none', stroke: 'none', 'stroke-width': '1px' };

/** Largest side and area that browsers draw a picture of. */
const side = 16_000;
const area = 80e6;

export interface Drawing { inside: string; left: number; top: number; width: number; height: number; title: string; caption: string }

/** The drawing with everything it needs in it. */
export async function toSvg(host: HTMLElement, drawing: Drawing, sprite: string): Promise<string> {
  const probes = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  probes.setAttribute('aria-hidden', 'true');
  probes.style.cssText = 'position:absolute;width:0;height:0;overflow:hidden';
  host.append(probes);
  const known = new Map<string, string>();
  const look = (tag: string, css: string) => {
    const key = `${tag}.${css}`;
    let found = known.get(key);
    if (found === undefined) {
      const probe = document.createElementNS('http://www.w3.org/2000/svg', tag);
      probe.setAttribute('class', css);
      probes.append(probe);
      const style = getComputedStyle(probe);
      const names = wanted.filter(name => (tag === 'text' || !name.startsWith('font')) && (tag !== 'g' || name === 'opacity') && (name !== 'color' || tag === 'use'));
      found = names.map(name => [name, style.getPropertyValue(name)]).filter(([name, value]) => value && plain[name] !== value).map(([name, value]) => ` ${name}="${value.replace(/"/g, "'")}"`).join('');
      known.set(key, found);
    }
    return found;
  };
  const page = getComputedStyle(host);
  const ground = page.getPropertyValue('--canvas-bg').trim();
  const ink = page.getPropertyValue('--quiet').trim();
  const family = page.fontFamily.replace(/"/g, "'");
  const icons = new Set<string>();
  const body = drawing.inside
    .replace(/<(\w+) class="([^"]+)"/g, (_, tag: string, css: string) => `<${tag}${look(tag, css)}`)
    .replace(/ data-[\w-]+="[^"]*"/g, '')
    .replace(/href="[^"#]*#([\w-]+)"/g, (_, name: string) => { icons.add(name); return `href="#${name}"`; });
  probes.remove();
  const [symbols, font] = await Promise.all([symbolsOf(sprite, icons), letters()]);
  const foot = 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${drawing.left} ${drawing.top} ${drawing.width} ${drawing.height + foot}" width="${drawing.width}" height="${drawing.height + foot}"><title>${drawing.title}</title>`
    + `<defs><style>${font}</style>${symbols}</defs><rect x="${drawing.left}" y="${drawing.top}" width="${drawing.width}" height="${drawing.height + foot}" fill="${ground}"/>${body}`
    + `<text x="${drawing.left + 24}" y="${drawing.top + drawing.height + 12}" font-size="12" fill="${ink}" font-family="${family}">${drawing.caption}</text></svg>`;
}

/** The same as a picture, twice as fine where that is not too large. */
export async function toPng(svg: string, width: number, height: number): Promise<Blob> {
  const scale = Math.min(2, side / width, side / height, Math.sqrt(area / (width * height)));
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new Error('The browser made no picture of this size. Export it as SVG.');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

export function save(blob: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function symbolsOf(sprite: string, names: Set<string>): Promise<string> {
  const page = new DOMParser().parseFromString(await (await fetch(sprite)).text(), 'image/svg+xml');
  return [...names].map(name => page.getElementById(name)?.outerHTML ?? '').join('');
}

/** The page's font for Latin letters; Chinese is drawn by a font of the reader's system, as on the page. */
async function letters(): Promise<string> {
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSFontFaceRule) || !/Inter/.test(rule.cssText) || !/U\+0+-0*FF\b/i.test(rule.style.getPropertyValue('unicode-range'))) continue;
      const address = /url\("?([^")]+)"?\)/.exec(rule.cssText)?.[1];
      if (!address) continue;
      const bytes = new Uint8Array(await (await fetch(new URL(address, sheet.href ?? document.baseURI))).arrayBuffer());
      let text = '';
      for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      return `@font-face{font-family:'Inter Variable';font-weight:100 900;src:url(data:font/woff2;base64,${btoa(text)}) format('woff2')}`;
    }
  }
  return '';
}

function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}
