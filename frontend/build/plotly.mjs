// Builds static/js/plotly.min.js with the trace types our figures may use, and lists them for the tests beside it.
import { build } from 'esbuild';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TRACES = ['bar', 'box', 'funnel', 'heatmap', 'histogram', 'indicator', 'parcats', 'sankey', 'scatterpolar', 'sunburst',
  'treemap', 'violin', 'waterfall'];
const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static');
const plotly = dirname(createRequire(import.meta.url).resolve('plotly.js/package.json'));
const { version } = JSON.parse(readFileSync(join(plotly, 'package.json')));

// The schema's prose is of no use in a browser: a third of the size.
const prose = /^\s*(?:description|otherOpts|requiredOpts): (?:\[[\s\S]*?\](?:\.join\([^)]*\))?|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"),?$/gm;
const withoutProse = { name: 'without-prose', setup: b => b.onLoad({ filter: /plotly\.js\/src\/.*\.js$/ }, ({ path }) =>
  ({ contents: readFileSync(path, 'utf8').replace(prose, ''), loader: 'js' })) };

await build({
  stdin: {
    contents: `const Plotly = require('plotly.js/lib/core');
Plotly.register([${TRACES.map(name => `require('plotly.js/lib/${name}')`)}]);
module.exports = Plotly;`,
    resolveDir: here,
  },
  bundle: true, minify: true, format: 'iife', globalName: 'Plotly', target: 'es2020', plugins: [withoutProse],
  loader: { '.css': 'empty' }, define: { global: 'window', 'define.amd': 'false' }, legalComments: 'none',
  banner: { js: `/*! plotly.js ${version}, ${TRACES.length + 1} trace types. Copyright Plotly, Inc. MIT licence, see plotly.LICENSE. */` },
  outfile: join(target, 'js', 'plotly.min.js'),
});
copyFileSync(join(plotly, 'LICENSE'), join(target, 'js', 'plotly.LICENSE'));
copyFileSync(join(plotly, 'dist', 'plotly.css'), join(target, 'css', 'plotly.css'));
writeFileSync(join(target, 'js', 'plotly-traces.json'), `${JSON.stringify(['scatter', ...TRACES].sort())}\n`);
