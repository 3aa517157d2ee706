// Builds static/img/world.svg: land as dots, no borders, for maps that carry points only (Natural Earth, public domain).
// The projection is plain: x = (longitude + 135) * 1200 / 315, y = (70 - latitude) * 500 / 115; frontend/map.py has the same.
import { geoContains } from 'd3-geo';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feature } from 'topojson-client';

const require = createRequire(import.meta.url);
const topology = JSON.parse(readFileSync(require.resolve('world-atlas/land-110m.json')));
const land = feature(topology, topology.objects.land);
const [width, height, step] = [1200, 500, 9];
let path = '', rows = 0;
for (let y = 4; y < height; y += step * .87, rows++) {
  let at = null;
  for (let x = rows % 2 ? step / 2 : 0; x <= width; x += step) {
    if (!geoContains(land, [x * 315 / width - 135, 70 - y * 115 / height])) continue;
    path += at === null ? `M${+x.toFixed(1)} ${+y.toFixed(1)}h0` : `m${+(x - at).toFixed(1)} 0h0`;
    at = x;
  }
}
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', 'static', 'img', 'world.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg"><symbol id="land" viewBox="0 0 ${width} ${height}"><path fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round" d="${path}"/></symbol></svg>\n`);
