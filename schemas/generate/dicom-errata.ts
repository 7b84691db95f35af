/**
 * Where dcmjs's dictionary differs from PS3.6: what the table of attributes says instead. Found by comparing the dictionary
 * with PS3.6 chapter 6; the attributes that are new came with Supplement 233. Drop a row when dcmjs catches up: the
 * generator fails when a row changes nothing.
 */

export interface Erratum {
  readonly tag: string;
  readonly keyword?: string;
  readonly vr?: string;
  readonly vm?: string;
  readonly retired?: boolean;
}

/** Corrections of rows that dcmjs has. */
export const CORRECTIONS: readonly Erratum[] = [
  { tag: '00082229', retired: true },
  { tag: '00089007', vm: '4-5' },
  { tag: '00101000', retired: true },
  { tag: '00101090', retired: true },
  { tag: '00140023', vm: '1' },
  { tag: '00140024', vm: '1' },
  { tag: '00140025', vm: '1' },
  { tag: '00140028', vm: '1' },
  { tag: '00140042', vm: '1' },
  { tag: '00140044', vm: '1' },
  { tag: '00140045', vm: '1' },
  { tag: '001440A0', vm: '1-n' },
  { tag: '001440A1', vm: '1-n' },
  { tag: '001440A2', vm: '1-n' },
  { tag: '00189323', vm: '1-n' },
  { tag: '00189324', retired: true },
  { tag: '00221642', keyword: 'NumberOfBscansPerFrame' },
  { tag: '00281200', vr: 'US or SS or OW' },
  { tag: '00380004', retired: true },
  { tag: '00400300', retired: true },
  { tag: '00400301', retired: true },
  { tag: '0040030E', retired: true },
  { tag: '00404007', retired: true },
  { tag: '00404020', retired: true },
  { tag: '0040A136', retired: true },
  { tag: '0040A803', keyword: 'NumberOfTableColumns' },
  { tag: '00480200', retired: true },
  { tag: '00480201', retired: true },
  { tag: '00480202', retired: true },
  { tag: '00620009', vm: '1-n' },
  { tag: '00660023', retired: true },
  { tag: '00660024', retired: true },
  { tag: '00660025', retired: true },
  { tag: '00660029', retired: true },
  { tag: '00660040', vr: 'OL', vm: '1' },
  { tag: '00660041', vr: 'OL', vm: '1' },
  { tag: '00660042', vr: 'OL', vm: '1' },
  { tag: '00660043', vr: 'OL', vm: '1' },
  { tag: '006862F0', keyword: 'ViewOrientationModifierCodeSequence', vr: 'SQ', vm: '1' },
  { tag: '00701206', retired: true },
  { tag: '00701305', keyword: 'Plane' },
  { tag: '00701306', keyword: 'PlaneNormal' },
  { tag: '0070150C', vr: 'UL' },
  { tag: '00701807', retired: true },
  { tag: '00701808', retired: true },
  { tag: '00760034', vr: 'SQ' },
  { tag: '00800010', vm: '1' },
  { tag: '00800011', vm: '1' },
  { tag: '21000140', retired: false },
  { tag: '213000A0', retired: false },
  { tag: '213000C0', retired: false },
  { tag: '30040010', retired: true },
  { tag: '30040012', retired: true },
  { tag: '30060044', retired: true },
  { tag: '30060045', retired: true },
  { tag: '30060049', retired: true },
  { tag: '30060085', retired: true },
  { tag: '30060088', retired: true },
  { tag: '300600B9', retired: true },
  { tag: '3008002B', retired: true },
  { tag: '300A000B', retired: true },
  { tag: '300A0082', retired: true },
  { tag: '300A0088', retired: false },
  { tag: '300A0089', retired: false },
  { tag: '300A008A', retired: false },
  { tag: '300A008D', retired: true },
  { tag: '300A008E', retired: true },
  { tag: '300A008F', retired: true },
  { tag: '300A0131', keyword: 'AverageBeamDosePointSourceToExternalContourDistance' },
  { tag: '300A0632', retired: true },
  { tag: '300A0650', retired: true },
  { tag: '30100090', retired: true },
  { tag: '40101029', keyword: 'ThreatDetectionAlgorithmAndVersion' },
];

/** Attributes of PS3.6 that dcmjs lacks: tag, keyword, VR, VM. */
export const ADDITIONS: readonly (readonly [string, string, string, string])[] = [
  ['00100011', 'PersonNamesToUseSequence', 'SQ', '1'],
  ['00100012', 'NameToUse', 'LT', '1'],
  ['00100013', 'NameToUseComment', 'UT', '1'],
  ['00100014', 'ThirdPersonPronounsSequence', 'SQ', '1'],
  ['00100015', 'PronounCodeSequence', 'SQ', '1'],
  ['00100016', 'PronounComment', 'UT', '1'],
  ['00100041', 'GenderIdentitySequence', 'SQ', '1'],
  ['00100042', 'SexParametersForClinicalUseCategoryComment', 'UT', '1'],
  ['00100043', 'SexParametersForClinicalUseCategorySequence', 'SQ', '1'],
  ['00100044', 'GenderIdentityCodeSequence', 'SQ', '1'],
  ['00100045', 'GenderIdentityComment', 'UT', '1'],
  ['00100046', 'SexParametersForClinicalUseCategoryCodeSequence', 'SQ', '1'],
  ['00100047', 'SexParametersForClinicalUseCategoryReference', 'UR', '1-n'],
];
