// Small charts, drawn as SVG.
import { h, svg } from './dom.js';
import { count } from './format.js';

const WIDTH = 600;
const HEIGHT = 100;

/** Lines over the same moments. @param lines [{name, kind, values}] */
export function lineChart(title, lines, from, to) {
  const highest = niceTop(Math.max(1, ...lines.flatMap(line => line.values)));
  return h('figure', { class: 'chart' },
    h('figcaption', null, h('span', null, title), lines.map(line => h('span', { class: `legend ${line.kind}` }, line.name))),
    h('div', { class: 'plot' },
      h('span', { class: 'top' }, count(highest)),
      svg('svg', {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
        'aria-label': `${title}: ${lines.map(line => `${line.name} ${count(line.values.at(-1) ?? 0)} in the last minute, ${count(sum(line.values))} in the hour`).join('; ')}`,
      },
      [0.25, 0.5, 0.75].map(share => svg('line', { class: 'grid', x1: 0, x2: WIDTH, y1: HEIGHT * share, y2: HEIGHT * share })),
      lines.map(line => svg('polyline', { class: line.kind, points: points(line.values, highest, WIDTH, HEIGHT) })))),
    h('div', { class: 'axis' }, h('span', null, from), h('span', null, to)));
}

/** The last values of one number. */
export function sparkline(name, values) {
  const highest = Math.max(1, ...values);
  return svg('svg', { class: 'spark', viewBox: '0 0 80 20', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name}, lately ${values.slice(-5).join(', ')}` },
    svg('polyline', { class: 'first', points: points(values, highest, 80, 20) }));
}

function points(values, highest, width, height) {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const line = values.length > 1 ? values : [values[0] ?? 0, values[0] ?? 0];
  return line.map((value, i) => `${round(i * (step || width))},${round(height - 1 - (value / highest) * (height - 2))}`).join(' ');
}

function niceTop(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * size).find(step => step >= value);
}

const round = value => Math.round(value * 10) / 10;

const sum = values => values.reduce((all, value) => all + value, 0);
