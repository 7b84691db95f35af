/**
 * Which attributes may be shown to whoever runs a command: the name of an attribute comes in, yes or no goes out. The
 * measure is the Basic Profile of PS3.15 Annex E; in doubt it is no.
 */
import { profileRow } from './confidentiality-profile.ts';
import { attributeByTag } from './dictionary.ts';
import { parseTag } from './tag.ts';

/** Defined terms and whole numbers; texts, names, dates, measured values, UIDs and sequences are never shown. */
const SHOWN_VRS: ReadonlySet<string> = new Set(['CS', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV']);

/** UIDs that the standard gives, which are the same for everybody. */
const STANDARD_UIDS: ReadonlySet<string> = new Set([
  'SOPClassUID',
  'ReferencedSOPClassUID',
  'MediaStorageSOPClassUID',
  'TransferSyntaxUID',
]);

/** `text` as in plans: `PatientID`, `(0029,xx10, "CREATOR")`, `ProcedureCodeSequence.CodeMeaning`. */
export function mayBeShown(text: string): boolean {
  const path = parseTag(text);
  if ('error' in path || path.length !== 1) return false;
  const [step] = path;
  const attribute = step && 'tag' in step ? attributeByTag(step.tag) : undefined;
  if (!attribute) return false;
  if (STANDARD_UIDS.has(attribute.keyword)) return true;
  return attribute.vrs.every((vr) => SHOWN_VRS.has(vr)) && profileRow(attribute.tag) === undefined;
}
