/** The part of dcmjs that io/dicom-file.ts and tests use; the package has no types of its own. */
declare module 'dcmjs' {
  interface Logger {
    setLevel(level: 'silent'): void;
    getLogger(name: string): Logger;
  }
  interface DicomDict {
    dict: Record<string, unknown>;
    write(options?: { allowInvalidVRLength: boolean }): ArrayBuffer | Uint8Array;
  }
  export const log: Logger;
  export const data: {
    readonly DicomDict: new (meta: Record<string, unknown>) => DicomDict;
    readonly DicomMessage: { readFile(bytes: ArrayBuffer): DicomDict };
  };
}
