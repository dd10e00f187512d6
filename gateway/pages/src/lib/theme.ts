// Puts the tenant's accent into the design tokens, in the light or dark variant that stays readable. Set through the CSSOM: the security policy
// allows no style in markup.
import { accentScheme, parseHex, type AccentScheme } from './color';

const tokens: Record<string, keyof AccentScheme> = {
  '--accent': 'fill',
  '--on-accent': 'onFill',
  '--accent-soft': 'soft',
  '--accent-text': 'text',
  '--banner': 'banner',
  '--on-banner': 'onBanner',
};

let accent: string | null = null;
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const style = document.documentElement.style;
  const color = accent === null ? null : parseHex(accent);
  const scheme = color && accentScheme(color, dark.matches ? 'dark' : 'light');
  for (const [token, part] of Object.entries(tokens)) {
    if (scheme) style.setProperty(token, scheme[part]);
    else style.removeProperty(token);
  }
}

dark.addEventListener('change', apply);

export function setAccent(value: string | null): void {
  accent = value || null;
  apply();
}
