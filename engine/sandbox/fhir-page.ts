/**
 * Small pages for a person who follows the demo: counts by type, a list of one type, one resource with its links. HTML out; every
 * text is escaped, there is no script, and the policy header forbids any.
 */
import type { FhirResource } from '../fhir/resource.ts';
import { targetOf } from './fhir-index.ts';
import { instantOf } from './fhir-read.ts';
import { resourceOf, type StoredVersion } from './fhir-store.ts';

/** Headers of every page: nothing is loaded or run, whatever the stored data says. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1c2733; }
  nav, .note { color: #5a6b7b; } a { color: #0b5cad; text-decoration: none; } a:hover { text-decoration: underline; }
  table { border-collapse: collapse; } td, th { padding: .3rem 1.2rem .3rem 0; text-align: left; border-bottom: 1px solid #dde3e9; }
  pre { background: #f5f7f9; padding: 1rem; overflow-x: auto; border-radius: 6px; font-size: 13px; }`;

/** Links between the pages are paths, so that they hold behind any address. */
const ROOT = '/fhir';

/** Where to start: how many resources of each type there are. */
export function startPage(counts: readonly (readonly [type: string, count: number])[]): string {
  const rows = counts.map(([type, count]) => [link(`${ROOT}/${type}`, type), String(count)]);
  const content = rows.length > 0 ? tableOf(['Type', 'Resources'], rows) : '<p>Nothing is stored yet.</p>';
  const note = `<p class="note">FHIR R4 base address: <code>${ROOT}</code> · ${link(`${ROOT}/metadata?_format=json&_pretty=true`, 'metadata')}</p>`;
  return page('dicomcast sandbox', '', content + note);
}

/** One page of a search; `next` is the address of the one after it. */
export function listPage(
  type: string,
  total: number,
  resources: readonly FhirResource[],
  next: string | undefined,
): string {
  const rows = resources.map((resource) => {
    const id = String(resource.id);
    return [link(`${ROOT}/${type}/${id}`, id), labelOf(resource)];
  });
  const more = next === undefined ? '' : `<p>${link(next, 'more')}</p>`;
  return page(type, '', `<p class="note">${total} found</p>${tableOf(['Id', ''], rows)}${more}`);
}

/** One resource, its references as links, and what refers to it. */
export function resourcePage(
  version: StoredVersion,
  referrers: readonly StoredVersion[],
  bases: readonly string[],
): string {
  const { type, id } = version;
  const path = `${ROOT}/${type}/${id}`;
  const facts =
    `<p class="note">version ${version.version}, ${instantOf(version.updated)} · ` +
    `${link(`${path}?_format=json&_pretty=true`, 'JSON')} · ${link(`${path}/_history?_format=json&_pretty=true`, 'history')}</p>`;
  const from = referrers.map((each) => {
    const text = `${each.type}/${each.id}`;
    return `<li>${link(`${ROOT}/${text}`, text)} ${labelOf(resourceOf(each))}</li>`;
  });
  const referredTo = from.length > 0 ? `<p>Referred to by</p><ul>${from.join('')}</ul>` : '';
  const json = JSON.stringify(resourceOf(version), null, 2);
  return page(`${type}/${id}`, type, `${facts}${referredTo}<pre>${linkReferences(json, bases)}</pre>`);
}

/** The JSON as HTML; the value of every `reference` is a link where it leads to a resource here. */
function linkReferences(json: string, bases: readonly string[]): string {
  return json
    .split('\n')
    .map((line) => {
      const match = /^(\s*"reference": ")([^"\\]+)(",?)$/.exec(line);
      const target = match?.[2] === undefined ? undefined : targetOf(match[2], bases);
      if (!match || !target?.[0]) return escapeHtml(line);
      const [, before = '', text = '', after = ''] = match;
      return escapeHtml(before) + link(`${ROOT}/${target.join('/')}`, text) + escapeHtml(after);
    })
    .join('\n');
}

/** A few words, as HTML, to know a resource by: the first of these elements that it has. A word keeps its own direction. */
function labelOf(resource: FhirResource): string {
  const words = ['name', 'description', 'code', 'started', 'status']
    .map((name) => textOf(resource[name]))
    .filter((text) => text !== '');
  return words
    .slice(0, 2)
    .map((word) => `<bdi>${escapeHtml(word)}</bdi>`)
    .join(' · ');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value !== 'object' || value === null) return '';
  const { text, family, given, display, code, coding } = value as Record<string, unknown>;
  if (typeof family === 'string') return [family, textOf(given)].filter((part) => part !== '').join(', ');
  return textOf(text) || textOf(display) || textOf(coding) || textOf(code);
}

/** A page that says what went wrong. */
export function errorPage(status: number, diagnostics: readonly string[]): string {
  return page(`Error ${status}`, '', diagnostics.map((text) => `<p>${escapeHtml(text)}</p>`).join(''));
}

function page(title: string, parent: string, content: string): string {
  const crumbs = [link('/', 'Start'), ...(parent ? [link(`${ROOT}/${parent}`, parent)] : [])].join(' / ');
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
    `<style>${STYLE}</style></head><body><nav>${crumbs}</nav><h1>${escapeHtml(title)}</h1>${content}</body></html>\n`
  );
}

/** Cells are HTML already. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

function link(address: string, text: string): string {
  return `<a href="${escapeHtml(address)}">${escapeHtml(text)}</a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
