/**
 * Structured reports as a test writes them: content items made by value type come in as few words as they need, entries (see
 * entries.ts) go out. Nobody in them exists.
 */
import type { EntryWords } from './entries.ts';

/** `scheme|code|meaning`. */
type Code = string;

export function codeItem(code: Code): EntryWords {
  const [scheme = '', value = '', meaning] = code.split('|');
  return {
    CodeValue: value,
    CodingSchemeDesignator: scheme,
    ...(meaning === undefined ? {} : { CodeMeaning: meaning }),
  };
}

function item(type: string, name: Code, rest: EntryWords, children: readonly EntryWords[]): EntryWords {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: type,
    ConceptNameCodeSequence: [codeItem(name)],
    ...rest,
    ...(children.length === 0 ? {} : { ContentSequence: children }),
  };
}

export function container(name: Code, ...children: readonly EntryWords[]): EntryWords {
  return item('CONTAINER', name, { ContinuityOfContent: 'SEPARATE' }, children);
}

/** `value` in a unit of UCUM; several values stand side by side, as no report should have them, and none is an empty sequence. */
export function num(
  name: Code,
  value: number | readonly number[],
  unit = '1',
  ...children: readonly EntryWords[]
): EntryWords {
  const values = (typeof value === 'number' ? [value] : value).map((each) => ({
    NumericValue: each,
    MeasurementUnitsCodeSequence: [codeItem(`UCUM|${unit}|${unit}`)],
  }));
  return item('NUM', name, { MeasuredValueSequence: values }, children);
}

export function coded(name: Code, value: Code, ...children: readonly EntryWords[]): EntryWords {
  return item('CODE', name, { ConceptCodeSequence: [codeItem(value)] }, children);
}

export function text(name: Code, value: string): EntryWords {
  return item('TEXT', name, { TextValue: value }, []);
}

function uidref(name: Code, value: string): EntryWords {
  return item('UIDREF', name, { UID: value }, []);
}

function datetime(name: Code, value: string): EntryWords {
  return item('DATETIME', name, { DateTime: value }, []);
}

/** The entry of a report: its root has the title as concept name. `more` are attributes beside the tree. */
function report(title: Code, content: readonly EntryWords[], more: EntryWords = {}): EntryWords {
  return {
    SOPInstanceUID: '1.2.3.9.1',
    SeriesInstanceUID: '1.2.3.9',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.67',
    Modality: 'SR',
    CompletionFlag: 'COMPLETE',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(title)],
    ContentSequence: content,
    ...more,
  };
}

const XRAY_REPORT = 'DCM|113701|X-Ray Radiation Dose Report';

export function ctReport(): EntryWords {
  const phantom = coded('DCM|113835|CTDIw Phantom Type', 'DCM|113691|IEC Body Dosimetry Phantom');
  const acquisition = (uid: string, index: number, product: number) =>
    container(
      'DCM|113819|CT Acquisition',
      coded('DCM|123014|Target Region', 'SCT|416775004|Chest, Abdomen and Pelvis'),
      uidref('DCM|113769|Irradiation Event UID', uid),
      datetime('DCM|111526|DateTime Started', `2024050610${14 + index}`),
      container(
        'DCM|113829|CT Dose',
        num('DCM|113830|Mean CTDIvol', product / 50, 'mGy'),
        phantom,
        num('DCM|113838|DLP', product, 'mGy.cm'),
      ),
    );
  return report(XRAY_REPORT, [
    coded('DCM|121058|Procedure reported', 'SRT|P5-08000|Computed Tomography X-Ray'),
    datetime('DCM|113809|Start of X-Ray Irradiation', '20240506101400+0000'),
    datetime('DCM|113810|End of X-Ray Irradiation', '20240506101900+0000'),
    container(
      'DCM|113811|CT Accumulated Dose Data',
      num('DCM|113812|Total Number of Irradiation Events', 2, '{events}'),
      num('DCM|113813|CT Dose Length Product Total', 1512.5, 'mGy.cm', phantom),
    ),
    acquisition('1.2.3.8.1', 0, 1500),
    acquisition('1.2.3.8.2', 1, 12.5),
  ]);
}

/** `events` irradiation events of 33 items each: 145 make about 57,000 elements, as a long intervention does. */
export function longReport(events: number): EntryWords {
  const event = (index: number) =>
    container(
      'DCM|113706|Irradiation Event X-Ray Data',
      uidref('DCM|113769|Irradiation Event UID', `1.2.3.8.${index + 1}`),
      num('DCM|122130|Dose Area Product', index / 1000, 'Gy.m2'),
      ...Array.from({ length: 31 }, (_, at) => num(`99ACME|${at}|Technique ${at}`, at, 'mm')),
    );
  return report(
    XRAY_REPORT,
    Array.from({ length: events }, (_, index) => event(index)),
  );
}

/** TID 1500: a group of measurements of one lesion. */
export function measurementReport(): EntryWords {
  return report(
    'DCM|126000|Imaging Measurement Report',
    [
      container(
        'DCM|126010|Imaging Measurements',
        container(
          'DCM|125007|Measurement Group',
          text('DCM|112039|Tracking Identifier', 'Nodule 1'),
          uidref('DCM|112040|Tracking Unique Identifier', '1.2.3.7.1'),
          coded('DCM|121071|Finding', 'SCT|427359005|Solitary nodule of lung'),
          coded('SRT|G-C0E3|Finding Site', 'SRT|T-28000|Lung'),
          num('SCT|81827009|Diameter', 12.5, 'mm', coded('DCM|121401|Derivation', 'SCT|56851009|Maximum')),
          num('SCT|118565006|Volume', 1022, 'mm3'),
        ),
      ),
    ],
    { SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.22', StudyDate: '20240506', StudyTime: '1010' },
  );
}
