/** How wide texts are drawn, and as much of them as fits: SVG does not cut texts by itself. */

let pen: CanvasRenderingContext2D | null = null;
let family = '';

/** Asked for once: each asking makes the browser lay the page out that was just changed. */
function inkIn(weight: number, size: number) {
  pen ??= document.createElement('canvas').getContext('2d')!;
  family ||= getComputedStyle(document.body).fontFamily;
  pen.font = `${weight} ${size}px ${family}`;
  return pen;
}

/** The text, or as much of it as the width holds with an ellipsis: SVG does not cut texts by itself. */
export function fit(text: string, width: number, size: number, weight = 400): string {
  const pen = inkIn(weight, size);
  if (pen.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > width) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

/** How wide a text is drawn. */
export function widthOf(text: string, size: number): number {
  return inkIn(400, size).measureText(text).width;
}
