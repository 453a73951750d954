/** The small part of XML that S3 needs. Values are escaped so that any key survives; control characters become references. */

export type XmlNode = readonly [name: string, content: string | number | boolean | readonly XmlNode[]];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A document in S3's namespace. */
export const xmlDocument = (root: string, children: readonly XmlNode[]): string =>
  `${PROLOGUE}<${root} xmlns="${NAMESPACE}">${children.map(render).join('')}</${root}>`;

/** Errors have no namespace. */
export const xmlError = (children: readonly XmlNode[]): string =>
  `${PROLOGUE}<Error>${children.map(render).join('')}</Error>`;

function render([name, content]: XmlNode): string {
  const inner = Array.isArray(content) ? content.map(render).join('') : escapeText(String(content));
  return `<${name}>${inner}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold any character; parsers would drop or change raw ones.
const SPECIAL = /[&<>"\u0000-\u001f\u007f]/g;

function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
}

/** Text of every element with that name, in order. This is enough for request bodies, whose elements have no attributes. */
export function elementTexts(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => unescapeText(match[1] ?? ''));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#x') || name.startsWith('#X')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10));
    return NAMED[name] ?? whole;
  });
}
