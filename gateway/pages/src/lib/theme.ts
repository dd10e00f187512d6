// Puts the tenant's accent into the design tokens, in the light or dark variant that stays readable. Set through the CSSOM: the security policy
// allows no style in markup.
import { accentScheme, parseHex } from './color';

let accent: string | null = null;
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function apply(): void {
  const style = document.documentElement.style;
  const color = accent === null ? null : parseHex(accent);
  if (!color) {
    for (const name of ['--accent', '--on-accent', '--accent-text']) style.removeProperty(name);
    return;
  }
  const scheme = accentScheme(color, dark.matches ? 'dark' : 'light');
  style.setProperty('--accent', scheme.fill);
  style.setProperty('--on-accent', scheme.onFill);
  style.setProperty('--accent-text', scheme.text);
}

dark.addEventListener('change', apply);

export function setAccent(value: string | null): void {
  accent = value || null;
  apply();
}
