// Writes a .br and a .gz beside every compressible file of the build, so that the gateway never compresses at request time.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const compressible = new Set(['.html', '.js', '.css', '.svg', '.json', '.wasm', '.txt', '.webmanifest']);
const root = process.argv[2] ?? process.env.HOLDFAST_PAGES_OUT ?? 'dist';

const brotli = (data) =>
  promisify(brotliCompress)(data, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
  });
const gz = (data) => promisify(gzip)(data, { level: 9 });

let count = 0;
let plain = 0;
let small = 0;
for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
  const file = join(entry.parentPath, entry.name);
  const data = await readFile(file);
  for (const [suffix, pack] of [
    ['.br', brotli],
    ['.gz', gz],
  ]) {
    const packed = await pack(data);
    if (packed.length < data.length) await writeFile(file + suffix, packed);
    if (suffix === '.br') small += Math.min(packed.length, data.length);
  }
  count += 1;
  plain += data.length;
}
console.log(`precompressed ${count} files: ${(plain / 1024).toFixed(0)} kB plain, ${(small / 1024).toFixed(0)} kB brotli`);
