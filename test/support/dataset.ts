/** Datasets for tests: values by keyword come in, DICOM JSON goes out. */
import * as assert from 'uvu/assert';
import { attributeByKeyword } from '../../engine/dicom/dictionary.ts';
import type { DicomElement, DicomJson } from '../../engine/dicom/entry.ts';

/** Tag by keyword, so that tests read as DICOM. */
export function dataset(values: Readonly<Record<string, readonly unknown[] | DicomElement>>): DicomJson {
  return Object.fromEntries(
    Object.entries(values).map(([keyword, value]) => {
      const attribute = attributeByKeyword(keyword);
      assert.ok(attribute, keyword);
      const element = Array.isArray(value)
        ? { vr: attribute?.vrs[0] ?? '', Value: value }
        : (value as DicomElement);
      return [attribute?.tag ?? '', element];
    }),
  );
}
