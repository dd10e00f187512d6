// A tenant chooses any accent colour; the pages keep it readable. Contrast as in WCAG 2.1 (1.4.3).
export type Rgb = readonly [number, number, number];

export function parseHex(text: string): Rgb | null {
  const match = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  return match ? [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)] : null;
}

export function toHex(color: Rgb): string {
  return '#' + color.map((c) => Math.round(c).toString(16).padStart(2, '0')).join('');
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [la, lb] = [luminance(a), luminance(b)];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => a[i]! + (b[i]! - a[i]!) * share) as unknown as Rgb;
}

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** The colour nearest to `color`, towards black or white, that reaches `ratio` on every one of `backgrounds`. */
export function readable(color: Rgb, backgrounds: readonly Rgb[], ratio = 4.5): Rgb {
  const darkSide = luminance(backgrounds[0]!) > 0.18;
  const target = darkSide ? black : white;
  for (let share = 0; share < 1; share += 0.02) {
    const candidate = mix(color, target, share).map(Math.round) as unknown as Rgb;
    if (backgrounds.every((b) => contrast(candidate, b) >= ratio)) return candidate;
  }
  return target;
}

export interface AccentScheme {
  fill: string; // large areas and buttons
  onFill: string; // text on the fill
  soft: string; // a breath of the fill, for backgrounds
  text: string; // links and accents on any of the backgrounds
  banner: string; // the front page's head: the tenant's very colour
  onBanner: string;
}

// The backgrounds of app.css that accents stand on: surface, page, sunken, and the soft warning.
export const surfaces = {
  light: ['#ffffff', '#faf8f5', '#f1eee8', '#fdf1dc'].map((c) => parseHex(c)!),
  dark: ['#1f1d1a', '#151412', '#2b2824', '#332814'].map((c) => parseHex(c)!),
} as const;
const softShare = { light: 0.09, dark: 0.14 } as const;

export function accentScheme(accent: Rgb, mode: 'light' | 'dark'): AccentScheme {
  // The fill must itself stand out from the page (3:1, WCAG 1.4.11), and its text from the fill (4.5:1).
  const fill = readable(accent, surfaces[mode], 3.1);
  const button = withText(fill);
  const banner = withText(accent);
  const soft = mix(surfaces[mode][0]!, button.fill, softShare[mode]);
  return {
    fill: toHex(button.fill),
    onFill: toHex(button.text),
    soft: toHex(soft),
    text: toHex(readable(accent, [...surfaces[mode], soft], 4.6)),
    banner: toHex(banner.fill),
    onBanner: toHex(banner.text),
  };
}

/** Every colour takes white or near-black text at 4.5:1; the few that take neither well are darkened until white is readable. */
function withText(fill: Rgb): { fill: Rgb; text: Rgb } {
  const ink: Rgb = [20, 18, 16];
  if (contrast(white, fill) >= 4.5) return { fill, text: white };
  if (contrast(ink, fill) >= 4.5) return { fill, text: ink };
  return { fill: readable(fill, [white], 4.5), text: white };
}
