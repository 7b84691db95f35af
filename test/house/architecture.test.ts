/**
 * The project keeps the rules of the house (engine/README.md); that each rule catches what it is there for is tested in
 * rules.test.ts.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  effectBreaches,
  importCycles,
  layerBreaches,
  ownerBreaches,
  ownerTableBreaches,
  unreachableFiles,
  unusedExports,
} from '../support/architecture.ts';
import {
  fileMapBreaches,
  idleSuites,
  impureCode,
  longFiles,
  longFunctions,
  resourceTypesNamed,
  sandboxKnown,
  styleBreaches,
  uncheckedCode,
} from '../support/house-style.ts';
import { projectTree } from '../support/project-tree.ts';

/** Packages that people who know the trade expect to find at work here. */
const WANTED = ['yaml', 'jsonata', 'ajv', 'fhirpath', 'node-fetch', 'lru-cache', 'uvu', 'nock'];

const tree = projectTree();
const test = suite('architecture');

test('the project was found', () => {
  assert.ok(tree.has('engine/errors.ts'));
  assert.ok(tree.has('test/house/architecture.test.ts'));
});

test('imports run from a layer to one below it', () => none(layerBreaches(tree)));

test('no file needs a file that needs it', () => none(importCycles(tree)));

test('only io, sandbox and cli use modules of Node that have effects', () => none(effectBreaches(tree)));

test('outside io, sandbox and cli nothing reads the clock, throws dice or reaches past the ports', () =>
  none(impureCode(tree)));

test('the engine knows nothing of the sandbox', () => none(sandboxKnown(tree)));

test('every runtime package has exactly one owning file', () => {
  const { dependencies, devDependencies } = JSON.parse(tree.get('package.json') ?? '{}');
  const packages = { runtime: Object.keys(dependencies), development: Object.keys(devDependencies) };
  none(ownerBreaches(tree, packages, WANTED));
});

test('CONTRIBUTING.md names the owner of every runtime package', () =>
  none(ownerTableBreaches(tree, 'CONTRIBUTING.md')));

test('every engine file is used', () => none(unreachableFiles(tree)));

test('every exported name is imported somewhere', () => none(unusedExports(tree)));

test('the file map of engine/README.md is the tree', () => none(fileMapBreaches(tree)));

test('no FHIR resource type is named outside engine/fhir and engine/sandbox', () => {
  const { types } = JSON.parse(tree.get('schemas/fhir-r4-elements.json') ?? '{"types":{}}');
  const resources = Object.keys(types).filter((name) => /^resource\b/.test(types[name]));
  assert.ok(resources.length > 140, `schemas/fhir-r4-elements.json has ${resources.length} resource types`);
  none(resourceTypesNamed(tree, resources));
});

test('no type check is switched off, no text becomes code', () => none(uncheckedCode(tree)));

test('files open with what they are for; names say something; EngineError is the only class', () =>
  none(styleBreaches(tree)));

test('files and functions stay short', () => none([...longFiles(tree), ...longFunctions(tree)]));

test('every suite of every test file is run, in full', () => none(idleSuites(tree)));

function none(breaches: readonly string[]): void {
  if (breaches.length === 0) return;
  const error = new Error(breaches.join('\n    '));
  // uvu prints a message of several lines a second time with the stack, which says nothing here.
  error.stack = '';
  throw error;
}

test.run();
