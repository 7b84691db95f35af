/**
 * What of a dataset names neither people nor places although it is text or a UID: a keyword, a UID or a coding scheme
 * designator comes in, yes or no goes out. Kept by hand; in doubt it is no.
 */

/** Texts of one line (LO, SH, UC) that table E.1-1 of PS3.15 does not list and that say how the instance was made. */
const TECHNICAL_TEXTS: ReadonlySet<string> = new Set(
  `AcquisitionMode AlgorithmName AlgorithmVersion AttenuationCorrectionMethod AxisUnits CardiacFramingType CodeMeaning
  CodeValue CodingSchemeDesignator CodingSchemeVersion CollimatorGridName ContrastBolusRoute ConvolutionKernel
  DetectorManufacturerModelName DetectorManufacturerName DigitalImageFormatAcquired DimensionDescriptionLabel
  EnergyWindowName FilterType FrameLabel HardcopyDeviceManufacturer HardcopyDeviceManufacturerModelName
  HardcopyDeviceSoftwareVersion ImageFilter ImageGeometryType ImagedNucleus LUTExplanation LUTLabel ListOfMIMETypes
  LongCodeValue MIMETypeOfEncapsulatedDocument Manufacturer ManufacturerModelName ManufacturerModelVersion
  ManufacturerRelatedModelGroup MappingResourceName ModalityLUTType MultiCoilConfiguration MultiCoilElementName
  OpticalPathIdentifier PatientAdditionalPosition PhosphorType PlateType PositionReferenceIndicator PulseSequenceName
  Radionuclide Radiopharmaceutical RadiopharmaceuticalRoute ReceiveCoilManufacturerName ReceiveCoilName
  ReconstructionMethod ReferencedOpticalPathIdentifier ReportingPriority RequestedProcedurePriority RescaleType
  ScatterCorrectionMethod SecondaryCaptureDeviceManufacturer SecondaryCaptureDeviceManufacturerModelName
  SecondaryCaptureDeviceSoftwareVersions SegmentAlgorithmName SelectorAttributeKeyword SelectorAttributeName SequenceName
  SoftwareVersions StackID TargetPositionReferenceIndicator TransducerData TransmitCoilManufacturerName TransmitCoilName
  TriggerSourceOrType TypeOfFilters VideoImageFormatAcquired ViewName WindowCenterWidthExplanation`.split(
    /\s+/,
  ),
);

/** Texts of VR CS that are no defined terms: people type a name for what they made, and that of the place it is made for. */
const LABELS: ReadonlySet<string> = new Set(['ContentLabel']);

export function isTypedLabel(keyword: string): boolean {
  return LABELS.has(keyword);
}

export function isTechnicalText(keyword: string): boolean {
  return TECHNICAL_TEXTS.has(keyword);
}

/** Attributes whose UID says what kind of thing is meant; a vendor's own names the vendor. */
const CLASS_UID = /SOPClass|TransferSyntax/;
/** Registered by the standard (PS3.6 annex A), or code systems registered by HL7. */
const REGISTERED = /^(?:1\.2\.840\.10008(?:\.\d{1,4}){1,6}|2\.16\.840\.1\.113883\.6\.\d{1,6})$/;
/** Frames of reference and palettes that the standard defines (PS3.6 tables ). */
const WELL_KNOWN_INSTANCE = /^1\.2\.840\.10008\.1\.[45](?:\.\d{1,2}){1,2}$/;

/** `isListed`: the attribute stands in table E.1-1, as all UIDs of instances do. */
export function isStandardUid(keyword: string, uid: string, isListed: boolean): boolean {
  if (isListed) return WELL_KNOWN_INSTANCE.test(uid);
  return CLASS_UID.test(keyword) || REGISTERED.test(uid);
}

/** Coding schemes that everybody uses (PS3.16 table 8-1); all others may be those of one hospital. */
const PUBLIC_SCHEMES: ReadonlySet<string> = new Set(
  `99SDM ACR BARI BI C4 C5 CD2 CTV3 DC DCM DCMUID FMA HPC I10 I10P I11 I9 I9C IBSI ICDO3 IEEE10101 ISO3166_1 ISO639_1
  ISO639_2 ITIS_TSN LN MA MDC MDNS MSH NCDR NCIt NEU NICIP POS RADLEX RFC3066 RFC5646 RXNORM RadLex SCT SNM3 SRT UBERON UCUM
  UMLS UNS UPC`.split(/\s+/),
);

export function isPublicScheme(designator: string): boolean {
  return PUBLIC_SCHEMES.has(designator);
}

/**
 * Concepts of content items (PS3.16) whose value, not the text, tells of the patient: height, weight, body surface and mass
 * index, age, sex, pregnancy (PS3.15 table E.3.4-1 and what table E.1-1 removes elsewhere). As `designator|code`.
 */
const PATIENT_CONCEPTS: ReadonlySet<string> = new Set([
  'DCM|121032',
  'DCM|121033',
  'LN|11449-6',
  'LN|29463-7',
  'LN|3141-9',
  'LN|39156-5',
  'LN|8277-6',
  'LN|8302-2',
  'NCIt|C54627',
  'SCT|27113001',
  'SCT|301898006',
  'SCT|50373000',
  'SCT|60621009',
]);

export function tellsOfPatient(designator: string, code: string): boolean {
  return PATIENT_CONCEPTS.has(`${designator}|${code}`);
}
