import { describe, expect, it } from 'vitest';
import { accentScheme, contrast, parseHex, surfaces, type Rgb } from '../src/lib/color';

describe('accentScheme', () => {
  it('stays readable for every colour a tenant might choose', () => {
    for (let r = 0; r <= 255; r += 51)
      for (let g = 0; g <= 255; g += 51)
        for (let b = 0; b <= 255; b += 51)
          for (const mode of ['light', 'dark'] as const) {
            const scheme = accentScheme([r, g, b], mode);
            const at = (part: keyof typeof scheme) => parseHex(scheme[part]) as Rgb;
            const name = `${r},${g},${b} ${mode}`;
            expect(contrast(at('onFill'), at('fill')), name).toBeGreaterThanOrEqual(4.5);
            expect(contrast(at('onBanner'), at('banner')), name).toBeGreaterThanOrEqual(4.5);
            for (const background of [...surfaces[mode], at('soft')])
              expect(contrast(at('text'), background), name).toBeGreaterThanOrEqual(4.5);
            for (const background of surfaces[mode]) expect(contrast(at('fill'), background), name).toBeGreaterThanOrEqual(3);
          }
  });
  it('leaves a colour alone that is fine as it is', () => {
    expect(accentScheme(parseHex('#7a1f3d')!, 'light').fill).toBe('#7a1f3d');
  });
  it('agrees with the known contrast of black and white', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  });
});
