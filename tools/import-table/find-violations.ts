/** Holds source files to the import table: who imports whom, rooms inside a folder, and what pure files may do. Pure. */
import { posix } from 'node:path';
import { judgeSurroundings } from './judge-surroundings.ts';
import { type Import, readSource, type Source } from './read-source.ts';
import { IMPORT_TABLE, IMPURE_USES, PURE_FOLDERS, PURE_PACKAGES, ROOMS } from './table.ts';

/** Texts of source files by their path from the root of the repository, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

interface Place {
  readonly path: string;
  readonly folder: string;
  readonly source: Source;
}

const LOGGER = 'core/src/log.ts';
const PURE_IMPORTS = `pure code of ours and ${PURE_PACKAGES.join(', ')}`;

/** Lines of `path:line: what is wrong, and what is allowed`. */
export function findViolations(files: Files): readonly string[] {
  const places = new Map([...files].map(([path, text]) => [path, placeOf(path, text)] as const));
  const ofImports = [...places.values()].flatMap((place) =>
    place.source.imports.flatMap((one) => {
      const problem = judgeFolder(place, one) ?? judgeRoom(place, one);
      return problem === undefined ? [] : [`${place.path}:${one.line}: imports ${one.specifier}. ${problem}`];
    }),
  );
  return [...ofImports, ...findImpurities(places), ...findReplaceable(places)];
}

const placeOf = (path: string, text: string): Place => ({
  path,
  folder: path.split('/')[0] ?? '',
  source: readSource(text),
});

/** The table between folders. */
function judgeFolder({ path, folder }: Place, { specifier }: Import): string | undefined {
  const target = resolveTarget(path, specifier);
  if (target === undefined || target.folder === folder) return undefined;
  if (target.folder === 'promises') return 'Nobody may import promises: it tests the whole product from outside.';
  if (isTest(path)) return undefined;
  if (target.isPath) {
    // Commands run before any package is installed, so they find each other by path.
    if (/^tools\/[^/]+\.mjs$/.test(target.path)) return undefined;
    return `Import a file of another folder through its package: @dataloaf/${target.folder}/...`;
  }
  const allowed = IMPORT_TABLE[folder] ?? [];
  if (allowed.some((part) => target.path === part || target.path.startsWith(`${part}/`))) return undefined;
  return allowed.length === 0
    ? `${folder} may import nothing of ours.`
    : `${folder} may import only ${allowed.join(', ')}.`;
}

/** The rooms of one folder. */
function judgeRoom({ path, folder }: Place, { specifier }: Import): string | undefined {
  const target = resolveTarget(path, specifier);
  if (target?.folder !== folder || isTest(path)) return undefined;
  const [from, to] = [roomOf(path), roomOf(target.path)];
  if (from === undefined || to === undefined || from === to) return undefined;
  const allowed = ROOMS[from] ?? [];
  if (allowed.includes(to)) return undefined;
  return `Of ${folder}, ${from} may import ${['only itself', ...allowed].join(' and ')}.`;
}

const roomOf = (path: string): string | undefined => Object.keys(ROOMS).find((room) => path.startsWith(`${room}/`));

const isTest = (path: string): boolean => /^promises\/|^[^/]+\/test\//.test(path);

/** Where an import of ours leads; packages of npm and Node lead nowhere. */
function resolveTarget(from: string, specifier: string) {
  const isPath = specifier.startsWith('.');
  if (!isPath && !specifier.startsWith('@dataloaf/')) return undefined;
  const path = isPath ? posix.join(posix.dirname(from), specifier) : specifier.slice('@dataloaf/'.length);
  return { path, folder: path.split('/')[0] ?? '', isPath };
}

/** What pure files do that they may not, and what the files that they load do. */
function findImpurities(places: ReadonlyMap<string, Place>): readonly string[] {
  return [...reachedFrom([...places.values()].filter(isPure), places)].flatMap(([place, origin]) => {
    const reason = place === origin ? 'This file is pure.' : `${origin.path} is pure and imports this file.`;
    return [...judgePackages(place), ...judgeUses(place)].map((problem) => `${place.path}:${problem} ${reason}`);
  });
}

/** What the published SDK uses, and the files that it loads, that a test environment may replace. */
function findReplaceable(places: ReadonlyMap<string, Place>): readonly string[] {
  const published = [...places.values()].filter(({ path }) => path.startsWith('sdk/src/'));
  return [...reachedFrom(published, places)].flatMap(([{ path, source }, origin]) => {
    const reason = path === origin.path ? 'Applications test with this file.' : `${origin.path} imports this file.`;
    return judgeSurroundings(path, source).map((problem) => `${path}:${problem} ${reason}`);
  });
}

/** The files, and all that they load, each with the one through which it was reached first. */
function reachedFrom(origins: readonly Place[], places: ReadonlyMap<string, Place>): ReadonlyMap<Place, Place> {
  const reached = new Map(origins.map((place) => [place, place]));
  // A loop over a map includes what is added to it meanwhile.
  for (const [place, origin] of reached) {
    for (const loaded of loadedBy(place, places)) if (!reached.has(loaded)) reached.set(loaded, origin);
  }
  return reached;
}

/** Benches and the contract suite, beside `src`, are not held to what their headers say. */
const isPure = (place: Place): boolean =>
  isInPureFolder(place) ||
  (/^[^/]+\/src\/|^tools\/[^/]+\//.test(place.path) && !isTest(place.path) && /\bPure\b/.test(place.source.header));

const isInPureFolder = ({ path }: Place): boolean => PURE_FOLDERS.some((folder) => path.startsWith(`${folder}/`));

/** The files of ours that run when this one is loaded. */
function loadedBy({ path, source }: Place, places: ReadonlyMap<string, Place>): readonly Place[] {
  return source.imports
    .filter(({ isType }) => !isType)
    .flatMap(({ specifier }) => places.get(fileOf(path, specifier) ?? '') ?? []);
}

/** The file that an import of ours names. */
function fileOf(from: string, specifier: string): string | undefined {
  const target = resolveTarget(from, specifier);
  return target?.isPath ? target.path : target?.path.replace(/^([^/]+)\/(.*)$/, '$1/src/$2.ts');
}

/** Types load nothing, yet a pure folder does not even name that of a client or a logger. */
function judgePackages(place: Place): readonly string[] {
  return place.source.imports
    .filter(({ isType }) => !isType || isInPureFolder(place))
    .filter(({ specifier }) => !mayBePure(place.path, specifier))
    .map(({ line, specifier }) => `${line}: imports ${specifier}. Pure code may import only ${PURE_IMPORTS}.`);
}

function mayBePure(from: string, specifier: string): boolean {
  const file = fileOf(from, specifier);
  return file === undefined ? PURE_PACKAGES.includes(specifier) : file !== LOGGER;
}

function judgeUses({ source }: Place): readonly string[] {
  return source.lines.flatMap((line, index) =>
    IMPURE_USES.flatMap(({ use, instead }) => {
      const found = use.exec(line)?.[0];
      return found === undefined ? [] : [`${index + 1}: uses ${found}. In pure code, ${instead}.`];
    }),
  );
}
