/**
 * What follows from committed files of schemas/ alone: file name → text. A test holds the committed files to it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { keywords } from '../../engine/dicom/dictionary.ts';
import { editorSchema } from './editor-schema.ts';
import { validatorModule } from './validators.ts';

const FOLDER = new URL('../', import.meta.url);
const EDITOR = 'mapping.editor.schema.json';

export async function derivedFiles(): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.schema.json') && name !== EDITOR);
  const schemas = new Map<string, { readonly $id: string }>();
  for (const name of names.toSorted()) {
    schemas.set(name, JSON.parse(await readFile(new URL(name, FOLDER), 'utf8')));
  }
  return {
    [EDITOR]: editorSchema({ ...schemas.get('mapping.schema.json') }, keywords()),
    'validators.mjs': validatorModule([...schemas.values()]),
  };
}
