/** A mapping with `forEach`: an Observation for each requested procedure step of an instance. */
export const STEPS = `resource: Observation
forEach: |
  RequestAttributesSequence
identity: step
instanceRule: instance
onDelete: delete
rules:
  step: { to: "Observation.identifier.where(system = 'urn:step').value", value: "$item.ScheduledProcedureStepID" }
  instance: { to: "Observation.identifier.where(system = 'urn:instance').value", tag: SOPInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, const: { text: step } }
`;
